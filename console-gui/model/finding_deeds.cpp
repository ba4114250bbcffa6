#include "console-gui/model/finding_deeds.h"

#include "shared/base/shell_word.h"

namespace console {
namespace {

QString command(const char* verb, const san::Snapshot& snapshot, const san::Finding& finding, const char* all) {
  std::string text = "sanctl finding " + std::string(verb) + " " + std::string(finding.rule);
  if (finding.subject) {
    text += " " + base::shellWord(san::refText(snapshot, finding.subject));
  } else {
    text += all;
  }
  return QString::fromStdString(text);
}

}  // namespace

std::vector<san::Edit> mendEdits(const san::Finding& finding, const Draft& draft) {
  std::vector<san::Edit> edits = finding.mend.edits;
  san::Id next = san::kFirstProvisional;
  for (const san::Edit& edit : draft.edits()) {
    if (edit.op == san::EditOp::Create && san::isProvisional(edit.object.id)) next = std::max(next, edit.object.id + 1);
  }
  const san::Id offset = next - san::kFirstProvisional;
  const auto move = [offset](san::ObjectRef& ref) {
    if (san::isProvisional(ref.id)) ref.id += offset;
    return true;
  };
  for (san::Edit& edit : edits) {
    move(edit.object);
    san::eachRef(edit.value, move);
  }
  return edits;
}

std::vector<san::Edit> waiverEdits(san::ObjectRef fresh, const san::Finding& finding, const std::string& reason,
                                   san::Seconds expires) {
  using san::EditOp;
  std::vector<san::Edit> edits{{EditOp::Create, fresh, {}, {}},
                               {EditOp::Set, fresh, "rule", std::string(finding.rule)},
                               {EditOp::Set, fresh, "reason", reason},
                               {EditOp::Set, fresh, "expires", static_cast<std::uint64_t>(expires)}};
  if (finding.subject) edits.push_back({EditOp::Set, fresh, "subject", finding.subject});
  return edits;
}

QString showCommand(const san::Snapshot& snapshot, const san::Finding& finding) {
  return command("show", snapshot, finding, "");
}
QString mendCommand(const san::Snapshot& snapshot, const san::Finding& finding) {
  return command("mend", snapshot, finding, "");
}
QString waiveCommand(const san::Snapshot& snapshot, const san::Finding& finding) {
  return command("waive", snapshot, finding, " --all") + QStringLiteral(" --reason 'WHY' --days 90");
}

}  // namespace console
