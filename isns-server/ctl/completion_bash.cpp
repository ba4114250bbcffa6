#include "isns-server/ctl/completion.h"
#include "isns-server/ctl/completion_tables.h"

namespace ctl {
namespace {

constexpr std::string_view kBashHead =
    R"BASH(# bash completion of sanctl, made by "sanctl completion bash".
# shellcheck shell=bash disable=SC2207

)BASH";

constexpr std::string_view kBashBody = R"BASH(
# Words for the last item of a list with commas: what stands before the last comma is kept.
_sanctl_list() {
  local done=''
  [[ $cur == *,* ]] && done=${cur%,*},
  COMPREPLY=($(compgen -P "$done" -W "$1" -- "${cur##*,}"))
}

_sanctl_values() {
  case $1 in
    @file) COMPREPLY=($(compgen -f -- "$cur")) ;;
    @field) COMPREPLY=($(compgen -W "$_sanctl_fields" -- "$cur")) ;;
    @fields) _sanctl_list "$_sanctl_fields" ;;
    @field=)
      if [[ $cur == *=* ]]; then
        local values
        values=$(_sanctl_named "${cur%%=*}")
        COMPREPLY=($(compgen -W "$values" -- "${cur#*=}"))
        [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/${cur%%=*}=}")
      else
        COMPREPLY=($(compgen -S = -W "$_sanctl_fields" -- "$cur"))
      fi
      compopt -o nospace 2>/dev/null
      ;;
    @bits) _sanctl_list "$_sanctl_bits" ;;
    *) COMPREPLY=($(compgen -W "$1" -- "$cur")) ;;
  esac
}

_sanctl() {
  local cur prev path='' words='' i word skip='' positionals=0
  local -a line given=()
  COMPREPLY=()
  # bash breaks words at "="; put field=value together again.
  line=("${COMP_WORDS[@]:0:COMP_CWORD+1}")
  for ((i = 0; i < ${#line[@]}; i++)); do
    if ((${#given[@]})) && [[ ${line[i]} == '=' || ${given[-1]} == *= ]]; then
      given[-1]+=${line[i]}
    else
      given+=("${line[i]}")
    fi
  done
  cur=${given[-1]}
  prev=${given[-2]}
  for ((i = 1; i < ${#given[@]} - 1; i++)); do
    word=${given[i]}
    if [[ $skip ]]; then
      skip=''
    elif [[ $word == -* ]]; then
      words=$(_sanctl_value "$path" "${word%%=*}")
      [[ $words != - && $word != *=* ]] && skip=1
    elif [[ " $(_sanctl_commands "$path") " == *" $word "* ]]; then
      path="${path:+$path }$word"
    else
      positionals=$((positionals + 1))
    fi
  done
  if [[ $skip ]]; then
    _sanctl_values "$(_sanctl_value "$path" "$prev")"
  elif [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_sanctl_options "$path")" -- "$cur"))
  else
    words=$(_sanctl_commands "$path")
    [[ $words ]] || words=$(_sanctl_positional "$path" "$positionals")
    _sanctl_values "$words"
  fi
}

complete -F _sanctl sanctl
)BASH";

}  // namespace

std::string bashCompletion(std::span<const CommandTable> tables) {
  const CompletionTables rows = completionTables(tables);
  return std::string(kBashHead) + "_sanctl_fields=" + quotedWords(rows.fields) +
         "\n_sanctl_bits=" + quotedWords(rows.bits) + "\n\n" + caseFunction("_sanctl_commands", "$1", rows.commands) +
         caseFunction("_sanctl_options", "$1", rows.options) + caseFunction("_sanctl_value", "$1 $2", rows.values) +
         caseFunction("_sanctl_positional", "$1 $2", rows.positionals) +
         caseFunction("_sanctl_named", "$1", rows.named) + std::string(kBashBody);
}

}  // namespace ctl
