use super::*;
use crate::proto::text::hex;

#[test]
fn base64_becomes_hex() {
    let mut out = [1; 41];
    assert!(hex_from_base64(
        b"UVvL/PJEKtWVOMODeb5KQQGJ4zc rest",
        &mut out
    ));
    let bytes = data_encoding::BASE64_NOPAD
        .decode(b"UVvL/PJEKtWVOMODeb5KQQGJ4zc")
        .unwrap();
    assert_eq!(&out[..40], hex(&bytes).as_bytes());
    assert_eq!(out[40], 0);
    assert!(!hex_from_base64(b"UVvL/PJEKtWVOMODeb5KQQGJ4z", &mut out));
    assert!(!hex_from_base64(b"UVvL/PJEKtWVOMODeb5KQQGJ4z=", &mut out));
    assert!(!hex_from_base64(b"UVvL.PJEKtWVOMODeb5KQQGJ4zc", &mut out));
}

#[test]
fn fingerprints_with_blanks() {
    let hex_digest = |text: &[u8]| leading_hex_digest(&mut LineWords::of(text));
    let text = b"515B CBFC F244 2AD5 9538 c383 79BE 4A41 0189 E337";
    let hex = hex_digest(text).unwrap();
    assert_eq!(&hex[..40], b"515BCBFCF2442AD59538C38379BE4A410189E337");
    assert_eq!(hex[40], 0);
    assert_eq!(hex_digest(&[&text[..], b"\tfuture"].concat()), Some(hex));
    assert_eq!(hex_digest(&text[1..]), None);
    for bad in [
        "515B CBFC F244 2AD5 9538 c383 79BE 4A41 0189 E3377",
        "x15B CBFC F244 2AD5 9538 c383 79BE 4A41 0189 E337",
        "515BCBFCF2442AD59538C38379BE4A410189E3377",
        "515BCBFCF2442AD59538C38379BE4A410189E3 377",
        "",
    ] {
        assert_eq!(hex_digest(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn damaged_digests() {
    let seeds: [&[u8]; 2] = [
        b"UVvL/PJEKtWVOMODeb5KQQGJ4zc",
        b"515B CBFC F244 2AD5 9538 C383 79BE 4A41 0189 E337",
    ];
    crate::proto::mutate::mutants(&seeds, 2000, |text| {
        hex_from_base64(text, &mut [0; 41]);
        leading_hex_digest(&mut LineWords::of(text));
    });
}
