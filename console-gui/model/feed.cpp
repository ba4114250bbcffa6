#include "console-gui/model/feed.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/sentences.h"
#include "shared/san/diff.h"
#include "shared/san/finding_changes.h"

namespace console {
namespace {

using san::Kind;

constexpr qsizetype kMostText = 300;
constexpr qsizetype kMostActors = 200;

enum class Deed : std::uint8_t { Came, Registered, Left, Went, Changed };

FeedKind kindOf(Kind kind) {
  switch (kind) {
    case Kind::Entity: case Kind::Node: case Kind::Portal: case Kind::PortalGroup:
      return FeedKind::Registration;
    case Kind::Session:
      return FeedKind::Session;
    case Kind::Domain: case Kind::DomainSet:
      return FeedKind::Zoning;
    case Kind::Map: case Kind::LogicalUnit: case Kind::Approval: case Kind::Host: case Kind::Cluster: case Kind::Label:
      return FeedKind::Access;
    case Kind::Credential:
      return FeedKind::Credential;
    case Kind::Agent: case Kind::AppliedTarget:
      return FeedKind::Agent;
    case Kind::ChangeSet:
      return FeedKind::Change;
    default:
      return FeedKind::Other;
  }
}

// That it was made of an entity's registration, or of its end.
Deed deedOf(const san::ObjectChange& change) {
  if (change.fate == san::Fate::Created) return Deed::Came;
  if (change.fate == san::Fate::Erased) return Deed::Went;
  for (const san::FieldChange& field : change.fields) {
    if (field.field->name != "entity") continue;
    const auto has = [](const san::Value& value) { const auto* ref = std::get_if<san::ObjectRef>(&value); return ref != nullptr && *ref; };
    if (has(field.after) && !has(field.before)) return Deed::Registered;
    if (has(field.before) && !has(field.after)) return Deed::Left;
  }
  return Deed::Changed;
}

bool isEvent(const san::ObjectChange& change) {
  if (change.object.kind == Kind::PortalGroup && change.fate != san::Fate::Changed) return false;  // its node tells
  if (change.object.kind == Kind::HeldDisk) return false;                                          // its finding tells
  return change.fate != san::Fate::Changed || std::ranges::any_of(change.fields, [](const san::FieldChange& one) {
           return one.field->type != san::FieldType::Time && one.field->name != "desired" && one.field->name != "zoned";
         });
}

QString sessionText(const san::Snapshot& snapshot, san::Id id, Deed deed) {
  const auto* session = snapshot.get<san::Session>(id);
  if (session == nullptr) return {};
  const QString who = titled(snapshot, session->initiator.ref());
  const QString where = titled(snapshot, session->target.ref());
  if (deed == Deed::Came) return FeedList::tr("%1 has logged in to %2").arg(who, where);
  if (deed == Deed::Went) return FeedList::tr("The session of %1 at %2 has ended").arg(who, where);
  return FeedList::tr("The session of %1 at %2 has changed").arg(who, where);
}

QString oneText(const san::ObjectChange& change, Deed deed, const san::Snapshot& before, const san::Snapshot& after) {
  const san::Snapshot& holds = deed == Deed::Went ? before : after;
  const QString name = titled(holds, change.object);
  if (change.object.kind == Kind::Session) return sessionText(holds, change.object.id, deed);
  if (change.object.kind == Kind::AppliedTarget && deed != Deed::Went) {
    const auto* applied = after.get<san::AppliedTarget>(change.object.id);
    return FeedList::tr("What is applied at %1 has changed").arg(titled(after, applied->target.ref()));
  }
  if (change.object.kind == Kind::ChangeSet && deed == Deed::Came) {
    return FeedList::tr("Change set %1 takes effect: %2").arg(change.object.id).arg(QString::fromStdString(after.get<san::ChangeSet>(change.object.id)->reason));
  }
  if (kindOf(change.object.kind) == FeedKind::Registration) {
    if (deed == Deed::Came) return FeedList::tr("%1 has registered").arg(name);
    if (deed == Deed::Registered) return FeedList::tr("%1 has registered again").arg(name);
    if (deed == Deed::Left || deed == Deed::Went) return FeedList::tr("%1 has left").arg(name);
  }
  const auto lines = san::textLines(san::Diff{{change}}, before, after);
  const QString line = lines.empty() ? name : QString::fromStdString(lines.front());
  return line.size() > kMostText ? line.left(kMostText) + QChar(0x2026) : line;
}

QString manyText(Kind kind, Deed deed, std::size_t count) {
  const QString what = QStringLiteral("%1 %2").arg(count).arg(kindWord(kind, true, false));
  const bool registers = kindOf(kind) == FeedKind::Registration;
  switch (deed) {
    case Deed::Came:
      return (registers ? FeedList::tr("%1 registered") : kind == Kind::Session ? FeedList::tr("%1 began") : FeedList::tr("%1 were made")).arg(what);
    case Deed::Registered:
      return FeedList::tr("%1 registered again").arg(what);
    case Deed::Left:
      return FeedList::tr("%1 left").arg(what);
    case Deed::Went:
      return (kind == Kind::Session ? FeedList::tr("%1 ended") : registers ? FeedList::tr("%1 left") : FeedList::tr("%1 were taken away")).arg(what);
    default:
      return FeedList::tr("%1 changed").arg(what);
  }
}

// The change sets that took effect between two views.
class Authors {
 public:
  Authors(const san::Diff& diff, const san::Snapshot& before, const san::Snapshot& after) : after_(after) {
    // Between two views there may be no more than its begin, or its domains; what else it does comes with the next.
    for (const san::ObjectChange& one : diff.objects) {
      const auto* set = one.object.kind == Kind::ChangeSet ? after.get<san::ChangeSet>(one.object.id) : nullptr;
      if (set == nullptr || set->author.empty()) continue;
      const auto* earlier = before.get<san::ChangeSet>(one.object.id);
      const bool wentOn = earlier != nullptr && earlier->state == san::ChangeState::Committed;
      const bool zoned = earlier != nullptr && earlier->zoned != set->zoned;
      if (earlier == nullptr || zoned || (wentOn && set->state != san::ChangeState::Committed)) sets_.push_back(set);
    }
  }

  // Of what a change set may have done: the author of the one in whose revision it was done. Empty: there was none.
  [[nodiscard]] QString of(const san::ObjectChange& change) const {
    if (sets_.empty()) return {};
    const san::Object* object = after_.get(change.object);
    const san::Revision revision = object == nullptr                   ? 0  // nothing tells when it went
                                   : change.fate == san::Fate::Created ? object->created
                                                                       : object->changed;
    for (const san::ChangeSet* set : sets_) {
      const bool made = set->created == revision || set->zoned == revision || set->changed == revision;
      if (revision != 0 && made) return nameOf(*set);
    }
    const auto other = [&](const san::ChangeSet* set) { return set->author != sets_.front()->author; };
    return std::ranges::any_of(sets_, other) ? FeedList::tr("several") : nameOf(*sets_.front());
  }

 private:
  static QString nameOf(const san::ChangeSet& set) { return QString::fromStdString(set.author); }

  const san::Snapshot& after_;
  std::vector<const san::ChangeSet*> sets_;
};

// Who decides that something is so: of an object that came or went by its kind, of one that changed by its fields.
san::Writer writerOf(const san::ObjectChange& change, Deed deed) {
  if (deed != Deed::Changed) return san::rowOf(change.object.kind).writer;
  for (const san::FieldChange& one : change.fields) {
    if (one.field->writer == san::Writer::ChangeSet) return san::Writer::ChangeSet;
  }
  return change.fields.empty() ? san::rowOf(change.object.kind).writer : change.fields.front().field->writer;
}

QString actorOf(const san::ObjectChange& change, Deed deed, const Authors& authors, const san::Snapshot& after) {
  const FeedKind kind = kindOf(change.object.kind);
  if (kind == FeedKind::Session || kind == FeedKind::Agent) return FeedList::tr("agents");
  if (const auto* set = after.get<san::ChangeSet>(change.object.kind == Kind::ChangeSet ? change.object.id : 0);
      set != nullptr && !set->author.empty())
    return QString::fromStdString(set->author);
  const san::Writer writer = writerOf(change, deed);
  if (writer == san::Writer::Agent) return FeedList::tr("agents");
  if (writer == san::Writer::ChangeSet) {
    if (QString author = authors.of(change); !author.isEmpty()) return author;
  }
  return kind == FeedKind::Registration ? FeedList::tr("name server") : FeedList::tr("server");
}

void addFindings(const View& before, const View& after, std::vector<FeedEntry>& entries) {
  if (!before.findings || !after.findings || before.findings == after.findings) return;
  std::map<std::pair<std::string_view, bool>, std::vector<const san::Finding*>> byRule;
  for (const san::FindingChange& one : san::compareFindings(*before.findings, *after.findings)) {
    const bool appeared = one.state == san::LifeCycle::New || one.state == san::LifeCycle::Again;
    if (appeared || one.state == san::LifeCycle::Cleared) {
      const san::Finding* finding = appeared ? one.after : one.before;
      byRule[{finding->rule, appeared}].push_back(finding);
    }
  }
  for (const auto& [key, found] : byRule) {
    const std::string_view rule = key.first;
    const bool appeared = key.second;
    const QString id = QString::fromUtf8(rule.data(), static_cast<qsizetype>(rule.size()));
    const auto entry = [&](const QString& text, std::size_t count, const san::Finding& one) {
      FeedEntry made{after.findingsRevision, after.snapshot().time, FeedKind::Finding, appeared ? levelOf(one.severity) : Level::Good, text, FeedList::tr("rules"), {}, count, false};
      if (one.subject) made.objects.push_back(one.subject);
      entries.push_back(std::move(made));
    };
    if (found.size() > kStorm) {
      entry((appeared ? FeedList::tr("%1 new findings of %2") : FeedList::tr("%1 findings of %2 are cleared")).arg(found.size()).arg(id), found.size(), *found.front());
      continue;
    }
    for (const san::Finding* one : found) {
      entry((appeared ? FeedList::tr("New: %1 %2") : FeedList::tr("Cleared: %1 %2")).arg(id, sentence(one->text)), 1, *one);
    }
  }
}

}  // namespace

QString feedKindWord(FeedKind kind) {
  static const std::array<const char*, kFeedKinds> kWords{QT_TR_NOOP("registration"), QT_TR_NOOP("session"), QT_TR_NOOP("zoning"),
      QT_TR_NOOP("access"), QT_TR_NOOP("credential"), QT_TR_NOOP("agent"), QT_TR_NOOP("change set"), QT_TR_NOOP("finding"), QT_TR_NOOP("other")};
  return console::tr(kWords[static_cast<std::size_t>(kind)]);
}

std::vector<FeedEntry> feedOf(const View& before, const View& after) {
  const san::Snapshot& was = before.snapshot();
  const san::Snapshot& is = after.snapshot();
  std::vector<FeedEntry> entries;
  const san::Diff diff = san::diff(was, is);
  const Authors authors(diff, was, is);
  std::map<std::tuple<Kind, Deed, QString>, std::vector<const san::ObjectChange*>> byDeed;
  for (const san::ObjectChange& one : diff.objects) {
    if (!isEvent(one)) continue;
    const Deed deed = deedOf(one);
    byDeed[{one.object.kind, deed, actorOf(one, deed, authors, is)}].push_back(&one);
  }
  for (const auto& [key, changes] : byDeed) {
    const auto& [kind, deed, actor] = key;
    FeedEntry entry{is.revision, is.time, kindOf(kind), Level::None, {}, actor, {}, 1, deed == Deed::Went};
    if (deed == Deed::Left || (kind == Kind::Session && deed == Deed::Went)) entry.level = Level::Warning;
    if (changes.size() > kStorm) {
      entry.text = manyText(kind, deed, changes.size());
      entry.count = changes.size();
      for (std::size_t i = 0; i < FeedEntry::kMaxObjects && i < changes.size(); ++i) entry.objects.push_back(changes[i]->object);
      entries.push_back(std::move(entry));
      continue;
    }
    for (const san::ObjectChange* one : changes) {
      entry.text = oneText(*one, deed, was, is);
      entry.objects = {one->object};
      entries.push_back(entry);
    }
  }
  addFindings(before, after, entries);
  return entries;
}

FeedList::FeedList(Workspace& workspace, QObject* parent) : QAbstractTableModel(parent), workspace_(workspace) {
  pool_.setMaxThreadCount(1);
  pace_.setSingleShot(true);
  pace_.setInterval(kPace);
  connect(&pace_, &QTimer::timeout, this, &FeedList::flush);
  connect(&workspace, &Workspace::presentChanged, this, &FeedList::next);
  connect(&workspace, &Workspace::sourceChanged, this, [this] {
    ++generation_;
    last_ = nullptr;
    beginResetModel();  // another SAN
    entries_.clear();
    held_.clear();
    endResetModel();
    emit changed();
  });
  next();
}

FeedList::~FeedList() { pool_.waitForDone(); }

void FeedList::next() {
  const ViewPtr& present = workspace_.present();
  if (busy_ || !present || present == last_) return;
  if (!last_) {
    last_ = present;
    begun_ = present->snapshot().time;
    return emit changed();
  }
  busy_ = true;
  pool_.start([this, before = last_, after = present, generation = generation_] {
    auto made = std::make_shared<std::vector<FeedEntry>>(feedOf(*before, *after));
    QMetaObject::invokeMethod(this, [this, made, after, generation] {
      busy_ = false;
      if (generation == generation_) {
        last_ = after;
        take(std::move(*made));
      }
      next();
    });
  });
}

void FeedList::take(std::vector<FeedEntry> entries) {
  if (entries.empty()) return;
  for (FeedEntry& entry : entries) {
    if (!actors_.contains(entry.actor) && actors_.size() < kMostActors) actors_ << entry.actor;
    held_.push_back(std::move(entry));
  }
  while (held_.size() > kMost) held_.pop_front();
  if (!paused_ && !pace_.isActive()) pace_.start();
  emit changed();
}

void FeedList::flush() {
  if (paused_ || held_.empty()) return;
  const std::size_t fresh = held_.size();
  if (entries_.size() + fresh > kMost) {
    const std::size_t left = kMost - fresh;
    beginRemoveRows({}, static_cast<int>(left), static_cast<int>(entries_.size()) - 1);
    entries_.resize(left);
    endRemoveRows();
  }
  beginInsertRows({}, 0, static_cast<int>(fresh) - 1);
  for (FeedEntry& entry : held_) entries_.push_front(std::move(entry));
  held_.clear();
  endInsertRows();
  emit changed();
}

void FeedList::setPaused(bool yes) {
  paused_ = yes;
  if (!yes) flush();
  emit changed();
}

const FeedEntry* FeedList::at(int row) const {
  return row < 0 || static_cast<std::size_t>(row) >= entries_.size() ? nullptr : &entries_[static_cast<std::size_t>(row)];
}

int FeedList::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(entries_.size()); }

QVariant FeedList::data(const QModelIndex& index, int role) const {
  const FeedEntry* entry = at(index.row());
  if (entry == nullptr) return {};
  if (role == kLevelRole && index.column() == What) return static_cast<int>(entry->level);
  if (role == Qt::ToolTipRole) return entry->text;
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case When:
      return timeText(entry->time);
    case Kind:
      return feedKindWord(entry->kind);
    case What:
      return entry->text;
    case Who:
      return entry->actor;
    default:
      return tr("revision %1").arg(entry->revision);
  }
}

QVariant FeedList::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  static const std::array kHeaders{QT_TR_NOOP("When"), QT_TR_NOOP("Kind"), QT_TR_NOOP("What"), QT_TR_NOOP("By"), QT_TR_NOOP("Revision")};
  return tr(kHeaders[static_cast<std::size_t>(section)]);
}

void FeedFilter::setKind(std::optional<FeedKind> kind) {
  kind_ = kind;
  invalidateRowsFilter();
}
void FeedFilter::setActor(const QString& actor) {
  actor_ = actor;
  invalidateRowsFilter();
}
bool FeedFilter::filterAcceptsRow(int row, const QModelIndex&) const {
  const FeedEntry* entry = static_cast<const FeedList*>(sourceModel())->at(row);
  return entry != nullptr && (!kind_ || entry->kind == *kind_) && (actor_.isEmpty() || entry->actor == actor_);
}

}  // namespace console
