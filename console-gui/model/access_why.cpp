#include "console-gui/model/access_why.h"

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "shared/base/shell_word.h"

namespace console {
namespace {

// A name that sanctl takes: what people call it where only one has that name, else the reference.
std::string cliName(const san::Snapshot& snapshot, san::ObjectRef ref) {
  const std::string name = san::nameOf(snapshot, ref);
  return name.empty() ? san::refText(snapshot, ref) : name;
}

}  // namespace

AccessWhyPtr whyOf(const std::shared_ptr<const san::SanIndex>& index, san::Basis basis, san::ObjectRef host,
                   san::Id unit) {
  auto answer = std::make_shared<AccessWhy>();
  answer->index = index;
  answer->why = san::why(*index, basis, host, unit);
  std::map<san::Revision, san::Seconds>& times = answer->times;
  times.emplace(answer->why.since, 0);
  for (const san::PathProof& path : answer->why.paths) {
    times.emplace(path.since, 0);
    for (const san::LayerProof& layer : path.layers) {
      times.emplace(layer.since, 0);
      for (const san::ProofFact& fact : layer.facts) times.emplace(fact.since, 0);
    }
  }
  const san::Snapshot& snapshot = index->snapshot();
  snapshot.table<san::ChangeSet>().forEach([&](san::Id id, const san::ChangeSet& change) {
    change.forEachRevision([&](san::Revision made) {
      const auto at = times.find(made);
      if (at == times.end()) return;
      at->second = change.committedAt;
      answer->changes.emplace(made, id);
    });
  });
  if (const auto at = times.find(snapshot.revision); at != times.end() && at->second == 0) at->second = snapshot.time;
  return answer;
}

QString answerText(const AccessWhy& answer) {
  const san::Snapshot& snapshot = answer.index->snapshot();
  const san::Cell& cell = answer.why.cell;
  const QString host = titled(snapshot, answer.why.host);
  const QString unit = titled(snapshot, {san::Kind::LogicalUnit, answer.why.unit});
  if (cell.works == san::Truth::Yes)
    return tr("%1 reaches %2, %3.").arg(host, unit, rightWord(cell.right));
  if (cell.works == san::Truth::Unknown)
    return tr("It is not known whether %1 reaches %2.").arg(host, unit);
  if (cell.getsIn == san::Truth::No) return tr("%1 cannot reach %2.").arg(host, unit);
  if (cell.getsIn == san::Truth::Yes) {
    return tr("%1 does not find %2, but gets in where it knows the address.")
        .arg(host, unit);
  }
  return tr("%1 does not find %2; whether it would get in is unknown.").arg(host, unit);
}

QString questionsText(const AccessWhy& answer) {
  return tr("Finds it: %1 \u00b7 gets in: %2")
      .arg(truthWord(answer.why.cell.finds), truthWord(answer.why.cell.getsIn));
}

QString sinceText(const AccessWhy& answer, san::Revision revision) {
  if (revision == 0) return {};
  const auto at = answer.times.find(revision);
  const QString text = tr("since revision %1").arg(revision);
  return at == answer.times.end() || at->second == 0 ? text : text + QStringLiteral(", ") + timeText(at->second);
}

QString pathText(const san::Snapshot& snapshot, const san::Path& path) {
  const QString ends =
      QStringLiteral("%1 \u2192 %2")
          .arg(titled(snapshot, {san::Kind::Node, path.initiator}), titled(snapshot, {san::Kind::Node, path.target}));
  const QString lun = tr("LUN %1").arg(path.lun);
  if (path.portal == 0) return ends + QStringLiteral(", ") + lun;
  return tr("%1 at %2, %3")
      .arg(ends, titled(snapshot, {san::Kind::Portal, path.portal}), lun);
}

HostAndUnit hostAndUnit(const san::SanIndex& index, std::span<const san::ObjectRef> objects) {
  HostAndUnit found;
  for (const san::ObjectRef ref : objects) {
    if (ref.kind == san::Kind::LogicalUnit && found.unit == 0 && index.unitNumber(ref.id)) found.unit = ref.id;
    if (found.host) continue;
    if (index.hostNumber(ref)) {
      found.host = ref;
    } else if (const san::Node* node = ref.kind == san::Kind::Node ? index.node(ref.id) : nullptr;
               node != nullptr && node->initiator) {
      found.host = index.hostOf(ref.id);
    }
  }
  return found;
}

QString reachCommand(const san::Snapshot& snapshot, san::ObjectRef host, san::Id unit) {
  return QString::fromStdString("sanctl reach " + base::shellWord(cliName(snapshot, host)) + " " +
                                base::shellWord(cliName(snapshot, {san::Kind::LogicalUnit, unit})) + " --why");
}

QString showCommand(const san::Snapshot& snapshot, san::ObjectRef object) {
  return QString::fromStdString("sanctl show " + base::shellWord(san::refText(snapshot, object)));
}

}  // namespace console
