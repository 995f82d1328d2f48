# torctl's completion for fish. Made by "torctl completion fish".
function __torctl_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (torctl complete -- $words[2..-1] 2>/dev/null </dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c torctl -f -a '(__torctl_complete)'
