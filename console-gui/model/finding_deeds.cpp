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

std::vector<san::Edit> waiverEdits(const san::Finding& finding, const std::string& reason, san::Seconds expires) {
  using san::EditOp;
  const san::ObjectRef fresh{san::Kind::Waiver, san::kFirstProvisional};
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
