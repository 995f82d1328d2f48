//! Replies

trait Reply {
    /// The code of the last line, which is the reply's own: 250 is yes, 5xx is no.
    fn reply_code(reply: &Reply) -> c_int {
        reply.code().into()
    }

    /// How many lines the reply has.
    fn reply_line_count(reply: &Reply) -> usize {
        reply.len()
    }

    /// The code of a line. Lines of one reply may differ, for example those of MAPADDRESS.
    fn reply_line_code(reply: &Reply, index: usize) -> c_int {
        reply.line(index)?.code.into()
    }

    /// The text of a line, without code and line end.
    fn reply_line_text(reply: &Reply, index: usize) -> Text {
        c_text(reply.text_with_nul(index)?)
    }

    /// The size of a line's text, which may hold a NUL.
    fn reply_line_size_bytes(reply: &Reply, index: usize) -> usize {
        reply.line(index)?.text.len()
    }

    /// Whether a data block follows the line.
    fn reply_line_has_data(reply: &Reply, index: usize) -> Flag {
        reply.line(index)?.data.is_some()
    }

    /// The data block behind a line: dot-unstuffed, every line ended by LF.
    fn reply_line_data(reply: &Reply, index: usize) -> Text {
        c_text(reply.data_with_nul(index)?)
    }

    /// The size of a line's data block, which may hold NULs.
    fn reply_line_data_size_bytes(reply: &Reply, index: usize) -> usize {
        reply.line(index)?.data?.len()
    }

    /// Frees the reply.
    fn reply_free(reply: Box<Reply>) -> Void;
}
