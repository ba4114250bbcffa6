#include "console-gui/model/rotation_list.h"

#include <algorithm>

#include "console-gui/client/time_now.h"
#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/level.h"
#include "shared/base/json_members.h"


namespace console {
namespace {

using base::Json;
using mgmt::Route;

constexpr int kSoon = 50;       // ms
constexpr int kAgain = 2'000;   // ms, while a batch runs
constexpr std::uint64_t kAtOnce = 8;

std::vector<san::ObjectRef> refsIn(const Json& json, std::string_view name) {
  std::vector<san::ObjectRef> refs;
  for (const Json& one : base::listOf(json, name)) {
    // "credential:#17"; what is gone has no number.
    const std::string* given = one.text();
    const std::string text = given == nullptr ? std::string() : *given;
    const auto at = text.find('#');
    if (at != std::string::npos) refs.push_back({san::Kind::Credential, static_cast<san::Id>(std::strtoul(text.c_str() + at + 1, nullptr, 10))});
  }
  return refs;
}

RotationRow rotationRowFrom(const Json& json) {
  RotationRow row;
  row.id = base::numberOf(json, "id");
  row.state = QString::fromStdString(base::textOf(json, "state"));
  row.by = QString::fromStdString(base::textOf(json, "by"));
  row.reason = QString::fromStdString(base::textOf(json, "reason"));
  row.madeAt = static_cast<san::Seconds>(base::numberOf(json, "made_at"));
  row.waiting = base::numberOf(json, "waiting");
  row.done = base::numberOf(json, "done");
  row.running = refsIn(json, "running");
  row.failed = refsIn(json, "failed");
  return row;
}

}  // namespace

QString rotationStateWord(const QString& state) {
  if (state == QLatin1String("running")) return console::tr("running");
  if (state == QLatin1String("paused")) return console::tr("paused");
  if (state == QLatin1String("finished")) return console::tr("finished");
  return state;
}

RotationList::RotationList(Workspace& workspace, QObject* parent) : RowTable(parent), workspace_(workspace) {
  soon_.setSingleShot(true);
  soon_.setInterval(kSoon);
  again_.setSingleShot(true);
  again_.setInterval(kAgain);
  connect(&soon_, &QTimer::timeout, this, [this] {
    if (!workspace_.source()) return;
    ++asking_;
    workspace_.source()->ask({Route::ListRotations}, this, [this](const Answer& answer) {
      --asking_;
      // Without an answer what was there stands, and is asked for again.
      if (answer) return take(*answer);
      if (!rows().empty()) again_.start();
      emit refreshed();
    });
  });
  connect(&again_, &QTimer::timeout, this, &RotationList::refresh);
  connect(&workspace, &Workspace::sourceChanged, this, [this] {
    asking_ = 0;  // who has gone answers nothing
    take(Json());
    refresh();
  });
}

void RotationList::refresh() {
  if (!soon_.isActive()) soon_.start();
}

// The newest first.
void RotationList::take(const Json& list) {
  std::vector<RotationRow> wanted;
  for (const Json& one : base::listOf(list, "items")) wanted.push_back(rotationRowFrom(one));
  std::ranges::sort(wanted, std::ranges::greater{}, &RotationRow::id);
  const bool runs = std::ranges::any_of(wanted, [](const RotationRow& row) { return row.state == QLatin1String("running"); });
  merge(std::move(wanted), [](const RotationRow& a, const RotationRow& b) { return a.id > b.id; });
  runs ? again_.start() : again_.stop();
  emit refreshed();
}

void RotationList::start(const QString& filter, int olderThanDays, const QString& reason) {
  Json::Object body{{"reason", reason.toStdString()}, {"at_once", kAtOnce}};
  if (!filter.isEmpty()) body.push_back({"filter", filter.toStdString()});
  if (olderThanDays > 0) body.push_back({"older_than", static_cast<std::uint64_t>(olderThanDays) * 86'400});
  workspace_.source()->ask({Route::StartRotations, {}, {}, Json(std::move(body))}, this, [this](const Answer& answer) {
    refresh();
    if (!answer)
      return workspace_.notices().tellDeed(tr("No secret is being changed"),
                                           tr("It is not known whether secrets are being changed"), answer.error());
    const RotationRow made = rotationRowFrom(*answer);
    workspace_.notices().tell({Notice::Level::Success, QStringLiteral("rotation"), tr("%n secrets are being changed", nullptr, static_cast<int>(made.all())),
                               tr("Sessions are not touched. At the first failure nothing new begins."), {}, {}});
  });
}

void RotationList::step(const RotationRow& batch, const QString& action, const QString& reason) {
  Json::Object body{{"action", action.toStdString()}};
  if (!reason.isEmpty()) body.push_back({"reason", reason.toStdString()});
  workspace_.source()->ask({Route::StepRotations, {std::to_string(batch.id)}, {}, Json(std::move(body))}, this,
                           [this, id = batch.id](const Answer& answer) {
                             refresh();
                             if (!answer)
                               workspace_.notices().tellDeed(
                                   tr("Batch %1 goes on as before").arg(id),
                                   tr("It is not known whether batch %1 goes on as before").arg(id), answer.error());
                           });
}

QVariant RotationList::data(const QModelIndex& index, int role) const {
  const RotationRow* row = at(index.row());
  if (row == nullptr) return {};
  if (role == kLevelRole && index.column() == State) {
    if (!row->failed.empty()) return static_cast<int>(Level::Bad);
    return static_cast<int>(row->state == QLatin1String("finished") ? Level::Good : Level::Waiting);
  }
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case Number:
      return row->id;
    case State:
      return rotationStateWord(row->state);
    case Progress:
      return tr("%1 of %2 done, %3 under way").arg(row->done).arg(row->all()).arg(row->running.size());
    case Failed:
      return row->failed.empty() ? tr("none") : QString::number(row->failed.size());
    case What:
      return row->reason;
    default:
      return tr("%1, by %2").arg(agoText(row->madeAt, timeNow()), row->by);
  }
}

QVariant RotationList::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case Number:
      return tr("No.");
    case State:
      return tr("State");
    case Progress:
      return tr("Progress");
    case Failed:
      return tr("Failed");
    case What:
      return tr("Why");
    default:
      return tr("Begun");
  }
}

}  // namespace console
