#include "isns-server/ctl/completion.h"
#include "isns-server/ctl/completion_tables.h"

namespace ctl {
namespace {

constexpr std::string_view kZshHead = R"ZSH(#compdef sanctl
# zsh completion of sanctl, made by "sanctl completion zsh".

)ZSH";

constexpr std::string_view kZshBody = R"ZSH(
# Words with what they mean: those at a path, or the options of one.
_sanctl_described() {
  local word lines
  lines=()
  for word in ${=2}; do
    lines+=("${word//:/\\:}:$(_sanctl_about "${1:+$1 }$word")")
  done
  (( ${#lines} )) && _describe -t words 'sanctl' lines
}

_sanctl_values() {
  case $1 in
    @file) _files ;;
    @field) compadd -- ${=_sanctl_fields} ;;
    @fields) compset -P '*,'; compadd -- ${=_sanctl_fields} ;;
    @bits) compset -P '*,'; compadd -- ${=_sanctl_bits} ;;
    @field=)
      if [[ $2 == *=* ]]; then
        compset -P '*='
        compadd -- ${=$(_sanctl_named "${2%%=*}")}
      else
        compadd -S = -- ${=_sanctl_fields}
      fi
      ;;
    *) [[ -n $1 ]] && compadd -- ${=1} ;;
  esac
}

_sanctl() {
  local verb='' found='' word skip='' current=${words[CURRENT]}
  integer positionals=0 i
  for ((i = 2; i < CURRENT; i++)); do
    word=${words[i]}
    if [[ -n $skip ]]; then
      skip=''
    elif [[ $word == -* ]]; then
      found=$(_sanctl_value "$verb" "${word%%=*}")
      [[ $found != - && $word != *=* ]] && skip=$word
    elif [[ " $(_sanctl_commands "$verb") " == *" $word "* ]]; then
      verb="${verb:+$verb }$word"
    else
      positionals+=1
    fi
  done
  if [[ -n $skip ]]; then
    _sanctl_values "$(_sanctl_value "$verb" "$skip")" "$current"
  elif [[ $current == -* ]]; then
    _sanctl_described "$verb" "$(_sanctl_options "$verb")"
  else
    found=$(_sanctl_commands "$verb")
    if [[ -n $found ]]; then
      _sanctl_described "$verb" "$found"
    else
      _sanctl_values "$(_sanctl_positional "$verb" "$positionals")" "$current"
    fi
  fi
}

if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  _sanctl "$@"
else
  compdef _sanctl sanctl
fi
)ZSH";

}  // namespace

std::string zshCompletion(std::span<const CommandTable> tables) {
  const CompletionTables rows = completionTables(tables);
  return std::string(kZshHead) + "typeset -g _sanctl_fields=" + quotedWords(rows.fields) +
         "\ntypeset -g _sanctl_bits=" + quotedWords(rows.bits) + "\n\n" +
         caseFunction("_sanctl_commands", "$1", rows.commands) + caseFunction("_sanctl_options", "$1", rows.options) +
         caseFunction("_sanctl_value", "$1 $2", rows.values) +
         caseFunction("_sanctl_positional", "$1 $2", rows.positionals) +
         caseFunction("_sanctl_named", "$1", rows.named) + caseFunction("_sanctl_about", "$1", rows.about) +
         std::string(kZshBody);
}

}  // namespace ctl
