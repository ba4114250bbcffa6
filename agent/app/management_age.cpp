// Management: when the server spoke last, and what follows from a word that is too old (last_word.h).
#include <algorithm>

#include "agent/app/control_views.h"
#include "agent/app/management.h"
#include "shared/ops/config_value.h"

namespace agent {

void Management::setRefuseAfter(std::chrono::seconds limit) {
  lastWord_.setLimit(limit);
  if (started_) judgeAge("management.refuse_after has changed");
}

// Of an earlier life. Where it was not kept the last application counts, which the server cannot have outlived.
void Management::rememberLastWord() {
  const base::Now now = base::now();
  auto kept = folder_.loadLastWord();
  if (!kept) parts_.log.write<Event::LastWordNotSaved>(now, {{"error", kept.error().text}});
  const std::int64_t at = std::max({kept && *kept ? **kept : 0, appliedAt_, enrolment_->since});
  lastWord_.remember(base::WallTime(std::chrono::seconds(at)), now);
  judgeAge({});
}

void Management::noteAnswer() {
  if (!enrolment_) return;
  if (client_.state() == management::ManagementClient::State::Linked) {
    lastWord_.heard(base::now());
  } else {
    lastWord_.lost();
  }
  judgeAge("the server has spoken");
}

// `why` new logins are taken again, if they are.
void Management::judgeAge(std::string_view why) {
  const base::Now now = base::now();
  const std::int64_t at = lastWord_.at() ? base::unixSeconds(*lastWord_.at()) : 0;
  parts_.metrics.at<Metric::ManagementLastWord>().set(at * std::int64_t{1'000'000'000});
  const bool closed = parts_.targets.obeyed().state && lastWord_.tooOld(now.mono);
  if (closed != (closedSince_ != 0)) {
    closedSince_ = closed ? base::unixSeconds(now.wall) : 0;
    parts_.targets.close(closed);
    parts_.metrics.at<Metric::LoginsClosed>().set(closed ? 1 : 0);
    if (closed) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(lastWord_.limit()).count();
      parts_.log.write<Event::LoginsClosed>(
          now, {{"last_word", timeText(at)}, {"after", std::to_string(seconds) + "s"}});
    } else {
      parts_.log.write<Event::LoginsOpened>(now, {{"why", why}});
    }
  }
  if (const auto keep = leaving_ || !enrolment_ ? std::nullopt : lastWord_.takeToKeep(now.mono)) {
    parts_.worker.submit([folder = folder_, keep = base::unixSeconds(*keep)] { return folder.saveLastWord(keep); },
                         [this](const base::Status& saved) {
                           if (saved) return;
                           parts_.log.write<Event::LastWordNotSaved>(base::now(), {{"error", saved.error().text}});
                         });
  }
  age_.startAt(lastWord_.nextDeadline(now.mono));
}

}  // namespace agent
