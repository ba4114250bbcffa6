#include "console-gui/model/change_list.h"

#include <algorithm>
#include <array>
#include <utility>

#include "console-gui/client/problem_reader.h"
#include "console-gui/client/time_now.h"
#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/sentences.h"
#include "shared/base/json_members.h"
#include "shared/mgmt/edit_json.h"
#include "shared/mgmt/problem.h"
#include "shared/san/guards.h"

namespace console {
namespace {

using base::Json;
using mgmt::Route;

constexpr int kSoon = 150;       // ms: what comes together is asked for once
constexpr int kSecond = 1000;    // ms: the countdown
constexpr const char* kMostOfAState = "1000";
// What somebody or something still has to end.
constexpr std::array kNotEnded{"open", "submitted", "approved", "committing", "confirming", "waiting"};

QString textIn(const Json& json, std::string_view name) { return QString::fromStdString(base::textOf(json, name)); }

ChangeRow changeRowFrom(const Json& json) {
  ChangeRow row;
  row.id = base::numberOf(json, "id");
  row.version = base::numberOf(json, "version");
  row.state = textIn(json, "state");
  row.title = textIn(json, "title");
  row.author = textIn(json, "author");
  row.approver = textIn(json, "approver");
  row.reason = textIn(json, "reason");
  row.ticket = textIn(json, "ticket");
  row.exception = textIn(json, "exception");
  row.overrideReason = textIn(json, "override");
  row.note = textIn(json, "note");
  row.createdAt = static_cast<san::Seconds>(base::numberOf(json, "created_at"));
  row.committedAt = static_cast<san::Seconds>(base::numberOf(json, "committed_at"));
  row.confirmBy = row.state == QLatin1String("confirming") ? static_cast<san::Seconds>(base::numberOf(json, "confirm_deadline")) : 0;
  row.revision = base::numberOf(json, "revision");
  row.stale = base::truthOf(json, "stale");
  row.edits = base::numberOf(json, "edit_count");
  return row;
}

// Whether it is the one that was begun, and not one of another server at the same address, or of an older database. A
// record of the history does not say when it was made, only when it took effect.
bool isOf(const ChangeRow& row, const BegunChange& begun) {
  if (begun.createdAt == 0) return true;
  return row.createdAt != 0 ? row.createdAt == begun.createdAt : row.committedAt >= begun.createdAt;
}

}  // namespace

bool canBeLifted(const Problem& problem) {
  if (problem.code != mgmt::kProblems[static_cast<std::size_t>(mgmt::ProblemCode::Guard)].name) return false;
  return std::ranges::none_of(base::listOf(problem.body, "objections"), [](const Json& one) {
    return base::textOf(one, "severity") == san::wordOf(san::Resistance::Refuse);
  });
}

bool ChangeRow::isOpen() const {
  return state == QLatin1String("open") || state == QLatin1String("submitted") || state == QLatin1String("approved") ||
         state == QLatin1String("committing") || state == QLatin1String("confirming");
}

// Who commits his own edit at once with sanctl says why once.
QStringList ChangeRow::inSpiteOf() const {
  QStringList lines;
  if (!exception.isEmpty() && exception != reason) lines << console::tr("Despite a guard: %1").arg(exception);
  if (!overrideReason.isEmpty()) lines << console::tr("Despite a freeze: %1").arg(overrideReason);
  return lines;
}

QString changeStateWord(const QString& state) {
  static const std::array<std::pair<const char*, const char*>, 10> kWords{{
      {"open", QT_TR_NOOP("draft")},
      {"submitted", QT_TR_NOOP("submitted")},
      {"approved", QT_TR_NOOP("approved")},
      {"committed", QT_TR_NOOP("committed")},
      {"committing", QT_TR_NOOP("committing")},
      {"confirming", QT_TR_NOOP("to be confirmed")},
      {"confirmed", QT_TR_NOOP("confirmed")},
      {"rolled-back", QT_TR_NOOP("rolled back")},
      {"discarded", QT_TR_NOOP("discarded")},
      {"waiting", QT_TR_NOOP("waiting")},
  }};
  for (const auto& [word, text] : kWords) {
    if (state == QLatin1String(word)) return console::tr(text);
  }
  return state;
}

ChangeList::ChangeList(Workspace& workspace, QObject* parent) : RowTable(parent), workspace_(workspace) {
  soon_.setSingleShot(true);
  soon_.setInterval(kSoon);
  clock_.setInterval(kSecond);
  connect(&soon_, &QTimer::timeout, this, &ChangeList::look);
  // The countdown; at its end the server has done something.
  connect(&clock_, &QTimer::timeout, this, [this] {
    const san::Seconds now = timeNow();
    for (std::size_t i = 0; i < rows().size(); ++i) {
      if (rows()[i].confirmBy == 0) continue;
      emit dataChanged(index(static_cast<int>(i), 0), index(static_cast<int>(i), kColumns - 1));
      if (rows()[i].confirmBy <= now) refresh();
    }
    emit refreshed();
  });
  connect(&workspace, &Workspace::presentChanged, this, &ChangeList::refresh);
  // What was done while nobody could be heard is no change of the SAN, as an approval.
  connect(&workspace, &Workspace::statusChanged, this, [this] {
    const bool live = workspace_.source() != nullptr && workspace_.source()->status().state == LinkState::Live;
    const bool back = live && !live_;
    live_ = live;
    if (back) refresh();
  });
  connect(&workspace, &Workspace::sourceChanged, this, [this] {
    asking_ = again_ = false;  // who has gone answers nothing
    underWay_.clear();
    take({});
    refresh();
  });
}

void ChangeList::refresh() {
  if (!soon_.isActive()) soon_.start();
}

// One walk at a time: what is asked for meanwhile is a walk of its own afterwards.
void ChangeList::look() {
  if (!workspace_.source()) return;
  again_ = asking_;
  if (std::exchange(asking_, true)) return;
  for (auto& [id, stage] : underWay_) {
    if (stage == Stage::Told) stage = Stage::Listing;
  }
  ask({}, {{"limit", std::to_string(kPage)}});
}

// Also where the list could not be had: a version that is not the newest any more is refused.
void ChangeList::onListed() {
  asking_ = false;
  std::erase_if(underWay_, [](const auto& one) { return one.second == Stage::Listing; });
}

void ChangeList::ask(Walk walk, mgmt::Query query) {
  workspace_.source()->ask({Route::ListChanges, {}, std::move(query)}, this,
                           [this, walk = std::move(walk)](const Answer& answer) mutable {
                             if (answer) {
                               for (const Json& one : base::listOf(*answer, "items")) {
                                 ChangeRow row = changeRowFrom(one);
                                 walk.found.insert_or_assign(row.id, std::move(row));
                               }
                               return onPage(std::move(walk), base::numberOf(*answer, "next_cursor"));
                             }
                             onListed();  // what was there stands
                             emit refreshed();
                             if (std::exchange(again_, false)) refresh();
                           });
}

void ChangeList::onPage(Walk walk, std::uint64_t cursor) {
  if (walk.states == 0 && cursor != 0) {
    walk.cut = ++walk.pages == kMostPages;
    if (!walk.cut) return ask(std::move(walk), {{"limit", std::to_string(kPage)}, {"cursor", std::to_string(cursor)}});
  }
  if (walk.cut && walk.states < kNotEnded.size()) {
    const char* state = kNotEnded[walk.states++];
    return ask(std::move(walk), {{"state", state}, {"limit", kMostOfAState}});
  }
  onListed();
  take(std::move(walk));
  if (std::exchange(again_, false)) refresh();
}

// By time and not by number: records of changes from the wire have numbers above those of all people's.
void ChangeList::take(Walk walk) {
  const auto newer = [](const ChangeRow& a, const ChangeRow& b) {
    return std::pair(a.since(), a.id) > std::pair(b.since(), b.id);
  };
  std::vector<ChangeRow> wanted;
  for (auto& [id, row] : walk.found) wanted.push_back(std::move(row));
  std::ranges::sort(wanted, newer);
  merge(std::move(wanted), newer);
  cut_ = walk.cut;
  const bool counting = std::ranges::any_of(rows(), [](const ChangeRow& row) { return row.confirmBy != 0; });
  counting ? clock_.start() : clock_.stop();
  emit refreshed();
}

void ChangeList::submitDraft(const QString& title, const QString& reason, const QString& ticket) {
  Draft& draft = workspace_.draft();
  if (draft.isHeld()) return;
  const Submission asked{title, reason, ticket, draft.hold()};
  workspace_.journal().isAsBegun() ? goOn(asked) : begin(asked);
}

void ChangeList::begin(const Submission& asked) {
  const Draft& draft = workspace_.draft();
  dropBegun();
  Json body(Json::Object{{"title", asked.title.toStdString()},
                         {"edits", mgmt::toJson(draft.base(), draft.edits(), mgmt::References::Names)},
                         // What others have changed since is theirs to be overwritten only knowingly.
                         {"base_revision", draft.base().revision}});
  workspace_.source()->ask({Route::CreateChange, {}, {}, std::move(body)}, this, [this, asked](const Answer& made) {
    if (!made) return tellNotBegun(made.error());
    const Draft& held = workspace_.draft();
    workspace_.journal().setBegun(BegunChange{base::numberOf(*made, "id"),
                                              static_cast<san::Seconds>(base::numberOf(*made, "created_at")),
                                              held.base().revision, held.edits()});
    submitBegun(asked, base::numberOf(*made, "version"));
  });
}

// It was begun before, and nobody knows whether it was submitted.
void ChangeList::goOn(const Submission& asked) {
  const BegunChange& begun = *workspace_.journal().begun();
  workspace_.source()->ask({Route::GetChange, {std::to_string(begun.id)}}, this, [this, asked](const Answer& found) {
    const ChangeRow row = found ? changeRowFrom(*found) : ChangeRow{};
    const bool gone =
        found ? !isOf(row, *workspace_.journal().begun())
              : found.error().is(mgmt::ProblemCode::NotFound) || found.error().is(mgmt::ProblemCode::NoSuchObject);
    if (!found && !gone) return tellNotKnown(found.error());
    if (gone || row.state == QLatin1String("discarded")) {
      workspace_.journal().setBegun({});  // there is nothing to discard
      return begin(asked);
    }
    workspace_.journal().setSeen();
    // Whatever has become of it since, it was submitted: the same again would be done twice.
    row.state == QLatin1String("open") ? submitBegun(asked, row.version) : onSubmitted(row.state);
  });
}

void ChangeList::submitBegun(const Submission& asked, std::uint64_t version) {
  Json why(Json::Object{
      {"version", version}, {"reason", asked.reason.toStdString()}, {"ticket", asked.ticket.toStdString()}});
  const std::uint64_t id = workspace_.journal().begun()->id;
  workspace_.source()->ask({Route::SubmitChange, {std::to_string(id)}, {}, std::move(why)}, this,
                           [this, asked](const Answer& submitted) {
                             if (submitted) return onSubmitted(QStringLiteral("submitted"));
                             if (isRefusal(submitted.error())) dropBegun();
                             tellNotSubmitted(submitted.error());
                           });
}

void ChangeList::onSubmitted(const QString& state) {
  const std::uint64_t id = workspace_.journal().begun()->id;
  refresh();
  workspace_.draft().clear();
  workspace_.journal().setBegun({});  // with the draft: on the disk neither is there without the other
  workspace_.submissionWords() = {};
  emit draftSubmitted();
  workspace_.notices().tell({Notice::Level::Success,
                             QStringLiteral("change"),
                             tr("Change set %1 is submitted").arg(id),
                             state == QLatin1String("submitted") || state == QLatin1String("approved")
                                 ? tr("It takes effect when it is committed.")
                                 : tr("Somebody has gone on with it: it is %1.").arg(changeStateWord(state)),
                             {},
                             {}});
}

void ChangeList::tellNotSubmitted(const Problem& problem) {
  refresh();
  workspace_.notices().tellDeed(tr("The draft was not submitted"),
                                tr("It is not known whether the draft was submitted"), problem,
                                tr("Submit it again: what has arrived is not submitted twice."));
}

// How it stands could not be asked for: that says nothing of the submission before.
void ChangeList::tellNotKnown(const Problem& problem) {
  refresh();
  workspace_.notices().tellUnknown(tr("The draft was not submitted"),
                                   tr("It is not known whether the draft was submitted"), problem,
                                   tr("Submit it again: what has arrived is not submitted twice."));
}

// What may be there without an answer is not submitted yet.
void ChangeList::tellNotBegun(const Problem& problem) {
  refresh();
  const QString failed = tr("The draft was not submitted");
  workspace_.notices().tellDeed(failed, failed, problem,
                                tr("Submit it again. A draft of the same may stand in the list of change sets: discard "
                                   "that one."));
}

// Another one takes its place: it would stay as a draft that nobody wants. Whether that goes is of no interest. What an
// earlier console has begun stays: nobody has looked whether it is that one still.
void ChangeList::dropBegun() {
  const auto& begun = workspace_.journal().begun();
  if (!begun) return;
  if (!begun->restored)
    workspace_.source()->ask({Route::DiscardChange, {std::to_string(begun->id)}}, this, [](const Answer&) {});
  workspace_.journal().setBegun({});
}

void ChangeList::step(Route route, const ChangeRow& change, Json::Object body, const Words& words,
                      const OnRefusal& onRefusal) {
  if (!underWay_.try_emplace(change.id, Stage::Asked).second) return;
  const bool versioned = route != Route::ConfirmChange && route != Route::DiscardChange;
  if (versioned) body.push_back({"version", change.version});
  workspace_.source()->ask(
      {route, {std::to_string(change.id)}, {}, body.empty() ? Json() : Json(std::move(body))}, this,
      [this, id = change.id, words, onRefusal](const Answer& answer) {
        refresh();
        if (answer || mayHaveBeenDone(answer.error())) {
          underWay_[id] = Stage::Told;
        } else {
          underWay_.erase(id);
        }
        emit refreshed();
        if (!answer) {
          emit refused();
          if (!onRefusal || !onRefusal(answer.error()))
            workspace_.notices().tellDeed(words.failed, words.unknown, answer.error());
          return;
        }
        if (words.done.isEmpty()) return;
        workspace_.notices().tell({Notice::Level::Success, QStringLiteral("change"), words.done, {}, {}, {}});
      });
  emit refreshed();
}

void ChangeList::approve(const ChangeRow& change, const std::string& hash) {
  step(Route::ApproveChange, change, {{"hash", hash}},
       {tr("Change set %1 is approved").arg(change.id), tr("Change set %1 was not approved").arg(change.id),
        tr("It is not known whether change set %1 was approved").arg(change.id)});
}
void ChangeList::commit(const ChangeRow& change, const QString& reason) {
  Json::Object body;
  if (!reason.isEmpty()) body.push_back({"reason", reason.toStdString()});
  const auto onRefusal = [this, change, asked = !reason.isEmpty()](const Problem& problem) {
    if (asked || !canBeLifted(problem)) return false;
    emit reasonWanted(change, sentence(problem.detail));
    return true;
  };
  step(Route::CommitChange, change, std::move(body),
       {tr("Change set %1 takes effect").arg(change.id), tr("Change set %1 was not committed").arg(change.id),
        tr("It is not known whether change set %1 was committed").arg(change.id)},
       onRefusal);
}
void ChangeList::confirm(const ChangeRow& change) {
  step(Route::ConfirmChange, change, {},
       {tr("Change set %1 stays").arg(change.id), tr("Change set %1 was not confirmed").arg(change.id),
        tr("It is not known whether change set %1 was confirmed").arg(change.id)});
}
void ChangeList::rollBack(const ChangeRow& change, const QString& reason) {
  step(Route::RollBackChange, change, {{"reason", reason.toStdString()}},
       {tr("Change set %1 is taken back").arg(change.id), tr("Change set %1 was not rolled back").arg(change.id),
        tr("It is not known whether change set %1 was rolled back").arg(change.id)});
}
void ChangeList::discard(const ChangeRow& change) {
  step(Route::DiscardChange, change, {},
       {{},
        tr("Change set %1 was not discarded").arg(change.id),
        tr("It is not known whether change set %1 was discarded").arg(change.id)});
}

int ChangeList::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant ChangeList::data(const QModelIndex& index, int role) const {
  const ChangeRow* row = at(index.row());
  if (row == nullptr) return {};
  if (role == Qt::ToolTipRole) {
    QStringList lines{row->reason};
    lines << row->inSpiteOf();
    if (!row->note.isEmpty()) lines << row->note;
    return lines.join(QLatin1Char('\n'));
  }
  if (role != Qt::DisplayRole) return {};
  const san::Seconds now = timeNow();
  switch (index.column()) {
    case Number:
      return QVariant::fromValue(static_cast<qulonglong>(row->id));
    case State:
      if (row->confirmBy > now) return tr("confirm within %1 s").arg(row->confirmBy - now);
      return row->stale ? tr("%1, stale").arg(changeStateWord(row->state)) : changeStateWord(row->state);
    case What:
      return row->reason.isEmpty() ? row->title : row->reason;
    case Who:
      return row->approver.isEmpty() ? row->author : tr("%1, approved by %2").arg(row->author, row->approver);
    default:
      return agoText(row->committedAt != 0 ? row->committedAt : row->createdAt, now);
  }
}

QVariant ChangeList::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  static const std::array kHeaders{QT_TR_NOOP("No."), QT_TR_NOOP("State"), QT_TR_NOOP("Why"), QT_TR_NOOP("Who"), QT_TR_NOOP("When")};
  return tr(kHeaders[static_cast<std::size_t>(section)]);
}

}  // namespace console
