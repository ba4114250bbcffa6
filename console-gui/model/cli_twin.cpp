#include "console-gui/model/cli_twin.h"

#include "shared/base/shell_word.h"
#include "shared/mgmt/edit_json.h"
#include "shared/san/snapshot.h"

namespace console {
namespace {

std::string wordFor(const san::Snapshot& snapshot, san::ObjectRef ref) { return base::shellWord(san::refText(snapshot, ref)); }

}  // namespace

QString commandFor(const san::Snapshot& snapshot, const Selection& selection) {
  san::ObjectRef host, unit;
  for (const san::ObjectRef ref : selection.objects()) {
    if (ref.kind == san::Kind::LogicalUnit) unit = ref;
    if (ref.kind == san::Kind::Host || ref.kind == san::Kind::Entity || ref.kind == san::Kind::Node) host = ref;
  }
  std::string command = "sanctl ";
  if (host && unit) {
    command += "reach " + wordFor(snapshot, host) + " " + wordFor(snapshot, unit) + " --why";
  } else if (unit) {
    command += "who-reaches " + wordFor(snapshot, unit);
  } else if (host && host.kind == san::Kind::Host) {
    command += "reaches " + wordFor(snapshot, host);
  } else {
    command += "show " + wordFor(snapshot, selection.current());
  }
  return QString::fromStdString(command);
}

QString commandsFor(const san::Snapshot& snapshot, std::span<const san::Edit> edits, const QString& title) {
  if (edits.empty()) return {};
  const base::Json json = mgmt::toJson(snapshot, edits, mgmt::References::Names);
  std::string list;
  for (const base::Json& edit : *json.array()) {
    list += list.empty() ? "[" : ",\n ";
    edit.writeCompact(list);
  }
  list += "]";
  // By the standard input: an argument may have 128 KiB. No line of the list can be its end, and nothing in it is
  // special.
  return QString::fromStdString("sanctl change new " + base::shellWord(title.toStdString()) + " --edits - <<'EDITS'\n" +
                                list + "\nEDITS\n");
}

}  // namespace console
