// Service: the end of a turn, one batch at a time to the store and back, and timers.
#include "isns-server/app/service.h"

namespace app {
namespace {

constexpr std::chrono::milliseconds kSlowTurn{250};

}  // namespace

void Service::turnEnd() {
  const base::Now moment = now();
  server_.settle(moment);
  submit();
  outbound_.turnEnd(server_.scnsWait(), server_.committing() || server_.waitingChanges() != 0);
  base::TimePoint next = server_.nextDeadline();
  if (heartbeat_) next = std::min(next, heartbeat_->nextDeadline());
  timer_.startAt(next);
  for (std::size_t i = 0; i < ended_.size(); ++i) clients_.erase(ended_[i]);
  ended_.clear();
  finishDrain();
  wall_ = base::wallNow();
  const base::Duration took = base::MonotonicClock::now() - moment.mono;
  parts_.metrics.at<Metric::LoopTurnSeconds>().observe(took);
  if (took < kSlowTurn) return;
  parts_.log.write<Event::LoopSlow>(
      moment, {{"milliseconds", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

// Clients that got their answers from one commit send their next requests together. A batch of the first few of them
// would make all the others wait for a second commit; so while the batch still grows, turn by turn, it waits until it
// has half the size of the one before. Half, so that one batch is made while another is with the store.
bool Service::worthWaiting() {
  const std::size_t waiting = server_.waitingChanges();
  const bool growing = waiting > waited_;
  waited_ = waiting;
  return growing && waiting < lastBatch_ / 2 && !draining_;
}

void Service::submit() {
  if (server_.committing() || server_.waitingChanges() == 0) return;
  if (worthWaiting()) {
    again_.startAt(parts_.loop.now());
    return;
  }
  std::optional<store::Batch> batch = server_.takeBatch();
  if (!batch) return;
  if (trail_ != nullptr) trail_->batchTaken();
  submitted_ = lastBatch_ = batch->size();
  waited_ = 0;
  submittedAt_ = base::MonotonicClock::now();
  // One batch at a time is with the store, so there is always room.
  if (!storeThread_->submit(std::move(*batch), epoch_, ++ticket_)) std::abort();
}

void Service::onCompletion(store::Completion& completion) {
  const auto took = base::MonotonicClock::now() - submittedAt_;
  const std::size_t changes = std::exchange(submitted_, 0);
  const bool good = completion.result.ok();
  if (good) {
    parts_.metrics.at<Metric::Commits>().add();
    parts_.metrics.at<Metric::CommitChanges>().observe(static_cast<std::int64_t>(changes));
    parts_.metrics.at<Metric::CommitSeconds>().observe(took);
    if (failedSince_ != base::kNever) {
      const auto since = std::chrono::duration_cast<std::chrono::seconds>(parts_.loop.now() - failedSince_);
      parts_.log.write<Event::StoreRecovered>(now(), {{"seconds", since.count()}});
      failedSince_ = base::kNever;
      parts_.page.setNotReady(draining_ ? "stopping" : "");
    }
  } else {
    const store::Error& error = completion.result.error();
    parts_.metrics.at<Metric::CommitFailures>().add();
    // It is tried every second: told once, and again when the reason is another.
    if (failedSince_ == base::kNever || failure_ != error.text) {
      parts_.log.write<Event::StoreFailed>(now(), {{"error", error.text}, {"changes", changes}});
    }
    failure_ = error.text;
    parts_.page.setNotReady("the store does not take changes: " + error.text);
    if (failedSince_ == base::kNever) failedSince_ = parts_.loop.now();
  }
  parts_.metrics.at<Metric::StoreHealthy>().set(good ? 1 : 0);
  if (trail_ != nullptr) trail_->batchEnded(good);
  if (good && management_ != nullptr) management_->committed(completion.batch);
  server_.onCommitted(std::move(completion.batch), good ? core::CommitResult::Committed : core::CommitResult::Failed,
                      now());
  for (const core::ManagedResult& result : server_.takeManagedResults()) {
    if (result.ticket == kFactsTicket) {
      onFactsNoted(result.committed);
    } else if (management_ != nullptr) {
      management_->result(result);
    }
  }
  sendReleases();
}

void Service::sendReleases() {
  const core::Releases& releases = server_.releases();
  for (const core::Release& release : releases.list) {
    base::ByteView bytes = releases.bytesOf(release);
    if (release.sign) bytes = signedCopy(bytes);
    if (const auto client = clients_.find(release.session); client != clients_.end()) {
      client->second->release(bytes);
    } else if (const auto held = heldDatagrams_.find(release.session); held != heldDatagrams_.end()) {
      (void)held->second.socket->send(held->second.peer, bytes, held->second.local);
      repeated_.answered(release.session, bytes, parts_.loop.now());
      heldDatagrams_.erase(held);
    }
  }
  server_.released();
}

void Service::onTimer() {
  server_.onTimer(now());
  if (heartbeat_) beat();
}

void Service::beat() {
  scratch_.clear();
  if (!heartbeat_->onTimer(parts_.loop.now(), scratch_)) return;
  const net::Address& to = *config_.start.heartbeat.address;
  for (auto& socket : datagrams_) {
    if (socket->local().family() != to.family()) continue;
    if (auto status = socket->send(to, scratch_); !status) {
      parts_.log.write<Event::HeartbeatFailed>(now(), {{"address", to.text()}, {"error", status.error().text}});
    } else {
      parts_.metrics.at<Metric::Heartbeats>().add();
    }
    return;
  }
}

}  // namespace app
