# torctl's completion for bash. Made by "torctl completion bash".
_torctl()
{
    local IFS=$'\n'
    COMPREPLY=($(torctl complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null </dev/null))
}
complete -o default -F _torctl torctl
