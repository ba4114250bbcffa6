#include "console-gui/model/audit_model.h"

#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/level.h"
#include "console-gui/model/sentences.h"
#include "shared/base/clock.h"
#include "shared/base/json_members.h"

namespace console {
namespace {

using base::Json;

QString text(std::string_view words) { return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size())); }

// A record as the server sends it has its hash beside its members.
std::optional<AuditRow> auditRowFrom(const Json& json) {
  if (json.object() == nullptr) return std::nullopt;
  Json::Object members;
  AuditRow row;
  for (const base::JsonMember& member : *json.object()) {
    if (member.name == "hash") {
      if (member.value.text() != nullptr) row.hash = *member.value.text();
    } else {
      members.push_back(member);
    }
  }
  auto record = ops::auditRecordFromJson(Json(std::move(members)));
  if (!record) return std::nullopt;
  row.record = std::move(*record);
  return row;
}

Level levelOf(const ops::AuditRecord& record) {
  if (record.outcome == ops::AuditOutcome::Refused) return Level::Bad;
  const ops::LogEvent* event = ops::findAuditEvent(record.event);
  if (event == nullptr) return Level::Unknown;
  if (event->severity <= ops::Severity::Error) return Level::Bad;
  return event->severity == ops::Severity::Warning ? Level::Warning : Level::None;
}

}  // namespace

san::Seconds AuditRow::time() const { return base::unixSeconds(record.time); }

QString meaningOf(const ops::LogEvent& event) {
  return tableText(event.help).replace(QLatin1Char('`'), QLatin1Char('\''));  // of a page's markup
}

QString actorKindWord(ops::ActorKind kind) {
  static const std::array<const char*, 6> kWords{QT_TR_NOOP("server"), QT_TR_NOOP("person"),   QT_TR_NOOP("agent"),
                                                 QT_TR_NOOP("control node"), QT_TR_NOOP("node"), QT_TR_NOOP("token")};
  return console::tr(kWords[static_cast<std::size_t>(kind)]);
}

QString auditObjectText(const san::Snapshot* snapshot, const std::string& object) {
  if (snapshot == nullptr || object.empty()) return text(object);
  const auto ref = san::parseRef(*snapshot, object);
  if (!ref || snapshot->get(*ref) == nullptr) return text(object);
  const QString kind = kindWord(ref->kind, false, false);
  // What is called by its number is written as people say it.
  if (titled(*snapshot, *ref) == numberedTitle(*ref)) return QStringLiteral("%1 %2").arg(kind).arg(ref->id);
  return QStringLiteral("%1 %2").arg(kind, titled(*snapshot, *ref));
}

AuditModel::AuditModel(Workspace& workspace, QObject* parent) : QAbstractTableModel(parent), workspace_(workspace) {
  connect(&workspace, &Workspace::sourceChanged, this, &AuditModel::forget);
}

void AuditModel::forget() {
  ++generation_;
  beginResetModel();  // another log, or another question
  rows_.clear();
  endResetModel();
  next_.reset();
  newest_ = 0;
  looked_ = 0;
  begun_ = ended_ = busy_ = lookAgain_ = false;
  fault_.clear();
  emit changed();
}

void AuditModel::setFilter(const AuditFilter& filter) {
  if (filter == filter_) return;
  filter_ = filter;
  forget();
  look();
}

bool AuditModel::shows(const AuditRow& row) const {
  return filter_.object.isEmpty() ||
         auditObjectText(workspace_.present() ? &workspace_.present()->snapshot() : nullptr, row.record.object)
             .contains(filter_.object, Qt::CaseInsensitive) ||
         text(row.record.object).contains(filter_.object, Qt::CaseInsensitive);
}

void AuditModel::ask(mgmt::Query more, std::function<void(Page page)> take) {
  busy_ = true;
  fault_.clear();
  mgmt::Query query{{"order", "newest"}, {"limit", std::to_string(kPage)}};
  if (!filter_.event.empty()) query.emplace_back("event", filter_.event);
  if (!filter_.actor.empty()) query.emplace_back("actor", filter_.actor);
  std::ranges::move(more, std::back_inserter(query));
  workspace_.source()->ask(
      {mgmt::Route::ListAudit, {}, std::move(query), {}}, this,
      [this, generation = generation_, take = std::move(take)](const Answer& answer) {
        if (generation != generation_) return;
        busy_ = false;
        Page page;
        const Json* items = answer ? answer->find("items") : nullptr;
        bool whole = items != nullptr && items->array() != nullptr;
        if (whole) {
          for (const Json& item : *items->array()) {
            if (auto row = auditRowFrom(item)) {
              page.rows.push_back(std::move(*row));
            } else {
              whole = false;
            }
          }
          if (const std::uint64_t next = base::numberOf(*answer, "next_cursor"); next != 0) page.next = next;
        }
        if (whole) return take(std::move(page));
        fault_ = answer ? tr("The server sent records that this console cannot read. It may be newer than the console.")
                        : sentence(answer.error());
        emit changed();
      });
  emit changed();
}

void AuditModel::look() {
  if (!workspace_.source()) return;
  if (busy_) {
    lookAgain_ = true;
    return;
  }
  if (!begun_) return older(kPages);
  ask({{"from", std::to_string(newest_ + 1)}}, [this](Page page) { takeNewer(std::move(page)); });
}

void AuditModel::takeNewer(Page page) {
  if (page.next) {  // more than a page: begin anew rather than leave a gap
    forget();
    return older(kPages);
  }
  if (!page.rows.empty()) newest_ = page.rows.front().record.sequence;
  looked_ += page.rows.size();
  std::erase_if(page.rows, [this](const AuditRow& row) { return !shows(row); });
  if (!page.rows.empty()) {
    beginInsertRows({}, 0, static_cast<int>(page.rows.size()) - 1);
    rows_.insert(rows_.begin(), std::make_move_iterator(page.rows.begin()), std::make_move_iterator(page.rows.end()));
    endInsertRows();
  }
  dropOldest();
  emit changed();
  if (std::exchange(lookAgain_, false)) look();
}

// A log that is left open grows at its front: at the bound as many go at the end, and are not fetched again.
void AuditModel::dropOldest() {
  if (rows_.size() <= kMost) return;
  beginRemoveRows({}, static_cast<int>(kMost), static_cast<int>(rows_.size()) - 1);
  looked_ -= rows_.size() - kMost;
  rows_.resize(kMost);
  endRemoveRows();
  ended_ = true;
}

// A filter of the console's own may leave nothing of a page: then the next one is asked for, `pages` at most.
void AuditModel::older(int pages) {
  mgmt::Query more;
  if (next_) more.emplace_back("cursor", std::to_string(*next_));
  ask(std::move(more), [this, pages](Page page) {
    if (!begun_ && !page.rows.empty()) newest_ = page.rows.front().record.sequence;
    begun_ = true;
    next_ = page.next;
    looked_ += page.rows.size();
    const auto tooOld = std::ranges::find_if(page.rows, [this](const AuditRow& row) { return filter_.since != 0 && row.time() < filter_.since; });
    ended_ = !next_ || tooOld != page.rows.end() || looked_ >= kMost;
    page.rows.erase(tooOld, page.rows.end());
    std::erase_if(page.rows, [this](const AuditRow& row) { return !shows(row); });
    const auto at = static_cast<int>(rows_.size());
    if (!page.rows.empty()) {
      beginInsertRows({}, at, at + static_cast<int>(page.rows.size()) - 1);
      std::ranges::move(page.rows, std::back_inserter(rows_));
      endInsertRows();
    }
    if (page.rows.empty() && !ended_ && pages > 1) return older(pages - 1);
    emit changed();
    if (std::exchange(lookAgain_, false)) look();
  });
}

QString AuditModel::whyNoMore() const {
  if (!workspace_.source()) return tr("Nothing is open.");
  if (busy_) return tr("Records are on their way.");
  if (!begun_ || !ended_) return {};
  if (looked_ >= kMost) return tr("The console holds no more records at once. Narrow them by event, actor or time.");
  return filter_.since != 0 && next_ ? tr("What is older is left out by the time.") : tr("This is the whole log.");
}

const AuditRow* AuditModel::at(int row) const {
  return row < 0 || static_cast<std::size_t>(row) >= rows_.size() ? nullptr : &rows_[static_cast<std::size_t>(row)];
}

int AuditModel::indexOf(std::uint64_t sequence) const {
  const auto at = std::ranges::find(rows_, sequence, [](const AuditRow& row) { return row.record.sequence; });
  return at == rows_.end() ? -1 : static_cast<int>(at - rows_.begin());
}

int AuditModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(rows_.size()); }

bool AuditModel::canFetchMore(const QModelIndex& parent) const {
  return !parent.isValid() && begun_ && fault_.isEmpty() && whyNoMore().isEmpty();
}

void AuditModel::fetchMore(const QModelIndex& parent) {
  if (!parent.isValid() && whyNoMore().isEmpty()) older(kPages);
}

QVariant AuditModel::data(const QModelIndex& index, int role) const {
  const AuditRow* row = at(index.row());
  if (row == nullptr) return {};
  const ops::AuditRecord& record = row->record;
  if (role == kLevelRole && index.column() == Event) return static_cast<int>(levelOf(record));
  if (role == Qt::ToolTipRole && index.column() == Event) {
    const ops::LogEvent* event = ops::findAuditEvent(record.event);
    return event == nullptr ? QVariant() : meaningOf(*event);
  }
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
  switch (index.column()) {
    case Number:
      return QString::number(record.sequence);
    case When:
      return timeText(row->time());
    case Event:
      return record.outcome == ops::AuditOutcome::Refused ? tr("%1, refused").arg(text(record.event)) : text(record.event);
    case Who:
      return text(record.actor);
    case Object:
      return auditObjectText(workspace_.present() ? &workspace_.present()->snapshot() : nullptr, record.object);
    default:
      return record.ticket.empty() ? text(record.reason) : QStringLiteral("%1 [%2]").arg(text(record.reason), text(record.ticket));
  }
}

QVariant AuditModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  static const std::array kHeaders{QT_TR_NOOP("Number"), QT_TR_NOOP("When"), QT_TR_NOOP("Event"), QT_TR_NOOP("Who"), QT_TR_NOOP("Object"), QT_TR_NOOP("Reason")};
  return tr(kHeaders[static_cast<std::size_t>(section)]);
}

}  // namespace console
