#include "console-gui/model/view.h"

#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"

namespace console {
namespace {

RevisionTimes timesOf(const san::Snapshot& snapshot, const ViewPtr& before) {
  RevisionTimes times;
  // What was seen comes first and counts: the revision of a change set is the one that made its row.
  times.emplace_back(snapshot.revision, snapshot.time);
  if (before) times.insert(times.end(), before->times->begin(), before->times->end());
  snapshot.table<san::ChangeSet>().forEach([&](san::Id, const san::ChangeSet& change) {
    if (change.committedAt == 0) return;
    change.forEachRevision([&](san::Revision made) { times.emplace_back(made, change.committedAt); });
  });
  std::ranges::stable_sort(times, {}, &RevisionTimes::value_type::first);
  times.erase(std::unique(times.begin(), times.end(), [](const auto& a, const auto& b) { return a.first == b.first; }),
              times.end());
  if (times.size() > kMostRevisionTimes)
    times.erase(times.begin(), times.end() - static_cast<std::ptrdiff_t>(kMostRevisionTimes));
  return times;
}

san::Seconds timeOf(const RevisionTimes& times, san::Revision revision) {
  const auto at = std::ranges::lower_bound(times, revision, {}, &RevisionTimes::value_type::first);
  return at != times.end() && at->first == revision ? at->second : 0;
}

}  // namespace

ViewPtr viewOf(const san::Snapshot& snapshot, san::Seconds now, const ViewPtr& before, Rules rules) {
  auto view = std::make_shared<View>();
  view->index = std::make_shared<const san::SanIndex>(snapshot);
  view->search = before ? std::make_shared<const san::SearchIndex>(before->search->next(snapshot))
                        : std::make_shared<const san::SearchIndex>(snapshot);
  view->times = std::make_shared<const RevisionTimes>(timesOf(snapshot, before));
  if (rules == Rules::Evaluate) {
    san::FindingContext context;
    context.now = now;
    context.timeOf = [times = view->times](san::Revision revision) { return timeOf(*times, revision); };
    view->findings = std::make_shared<const san::Findings>(san::evaluate(*view->index, context));
    view->findingsRevision = snapshot.revision;
  } else if (before) {
    view->findings = before->findings;
    view->findingsRevision = before->findingsRevision;
  }
  return view;
}

std::unordered_map<san::Id, san::Id> hostsByEntity(const san::Snapshot& snapshot) {
  std::unordered_map<san::Id, san::Id> hosts;
  snapshot.table<san::Host>().forEach(
      [&](san::Id id, const san::Host& host) { host.entities.forEach([&](san::Id entity) { hosts[entity] = id; }); });
  return hosts;
}

namespace {

// Beside another name: of an iSCSI name what follows its naming authority.
QString briefly(const san::Snapshot& snapshot, san::ObjectRef ref) {
  const QString title = titled(snapshot, ref);
  const bool iqn = ref.kind == san::Kind::Node && title.startsWith(QLatin1String("iqn."));
  const qsizetype colon = iqn ? title.indexOf(QLatin1Char(':')) : -1;
  return colon >= 0 && colon + 1 < title.size() ? title.mid(colon + 1) : title;
}

// Of kinds that have no name of their own, by whom they join; empty: no such kind, or one of them is not there.
QString titleOfPair(const san::Snapshot& snapshot, san::ObjectRef ref) {
  const auto there = [&](san::ObjectRef one) { return one && snapshot.get(one) != nullptr; };
  if (const auto* map = ref.kind == san::Kind::Map ? snapshot.get<san::Map>(ref.id) : nullptr) {
    if (!there(map->who) || !there(map->target.ref())) return {};
    return console::tr("LUN %1 of %2 for %3")
        .arg(map->lun)
        .arg(briefly(snapshot, map->target.ref()), briefly(snapshot, map->who));
  }
  if (const auto* session = ref.kind == san::Kind::Session ? snapshot.get<san::Session>(ref.id) : nullptr) {
    const san::ObjectRef far = there(session->portal.ref()) ? session->portal.ref() : session->target.ref();
    if (!there(session->initiator.ref()) || !there(far)) return {};
    return QStringLiteral("%1 \u2192 %2").arg(briefly(snapshot, session->initiator.ref()), briefly(snapshot, far));
  }
  if (const auto* secret = ref.kind == san::Kind::Credential ? snapshot.get<san::Credential>(ref.id) : nullptr) {
    if (!there(secret->initiator.ref())) return {};
    const QString who = briefly(snapshot, secret->initiator.ref());
    if (!secret->target) return console::tr("%1 at every target").arg(who);
    return there(secret->target.ref()) ? console::tr("%1 at %2").arg(who, briefly(snapshot, secret->target.ref()))
                                       : QString();
  }
  if (const auto* approval = ref.kind == san::Kind::Approval ? snapshot.get<san::Approval>(ref.id) : nullptr) {
    if (!there(approval->who) || !there(approval->unit.ref())) return {};
    return console::tr("%1 for %2").arg(titled(snapshot, approval->unit.ref()), briefly(snapshot, approval->who));
  }
  return {};
}

}  // namespace

std::string titleOf(const san::Snapshot& snapshot, san::ObjectRef ref) {
  if (ref.kind == san::Kind::Node) {
    const auto* node = snapshot.get<san::Node>(ref.id);
    if (node != nullptr && !node->alias.empty()) return node->alias;
  }
  if (ref.kind == san::Kind::LogicalUnit) {
    const auto* unit = snapshot.get<san::LogicalUnit>(ref.id);
    if (unit != nullptr && !unit->name.empty()) return unit->name;
  }
  if (ref.kind == san::Kind::HeldDisk) {
    const auto* held = snapshot.get<san::HeldDisk>(ref.id);
    if (held != nullptr && !held->unit.empty()) return held->unit;
    if (held != nullptr)
      return console::tr("LUN %1 of %2").arg(held->lun).arg(QString::fromStdString(held->target)).toStdString();
  }
  const std::string name = san::nameOf(snapshot, ref);
  if (!name.empty()) return name;
  if (const QString pair = titleOfPair(snapshot, ref); !pair.isEmpty()) return pair.toStdString();
  return numberedTitle(ref).toStdString();
}

QString numberedTitle(san::ObjectRef ref) {
  return console::tr("%1 #%2").arg(kindWord(ref.kind, false, false)).arg(ref.id);
}

QString titled(const san::Snapshot& snapshot, san::ObjectRef ref) {
  return QString::fromStdString(titleOf(snapshot, ref));
}

}  // namespace console
