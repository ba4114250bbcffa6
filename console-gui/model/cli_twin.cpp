#include "console-gui/model/cli_twin.h"

#include "shared/base/shell_word.h"
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

}  // namespace console
