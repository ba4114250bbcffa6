#include "agent/app/administrator.h"

#include "agent/app/overlay_file.h"

namespace agent {
namespace {

constexpr std::size_t kMaxOverlayFile = std::size_t{64} << 20;

std::string sentence(const ConfigErrors& errors) {
  std::string text;
  for (const ops::ConfigError& error : errors) {
    if (!text.empty()) text += "; ";
    // The change at hand is what the administrator has typed; only the file needs a place.
    text += error.at.line == 0 ? error.text : ops::toText(error);
  }
  return text;
}

}  // namespace

base::Result<Overlay> Administrator::loadOverlay(const std::string& path) {
  const auto bytes = files::readFile(path, kMaxOverlayFile);
  if (!bytes) return base::fail(bytes.error());
  if (!*bytes) return Overlay();
  return readOverlay(base::asText(**bytes), path);
}

base::Status Administrator::start(const Config& config, Overlay overlay) {
  file_ = config.objects;
  runtime_ = config.runtime;
  auto merged = agent::effective(file_, overlay, runtime_, parts_.identity);
  if (!merged) return base::fail(sentence(merged.error()));
  if (auto applied = parts_.holder.apply(merged->setup, Holder::Mode::LeaveOut); !applied) return applied;
  hold(std::move(*merged), std::move(overlay));
  return {};
}

void Administrator::reload(const Config& config, Reloaded done) {
  if (!busy_) return reloadNow(config, done);
  afterwards_.emplace_back([this, config, done = std::move(done)] { reloadNow(config, done); });
}

void Administrator::reloadNow(const Config& config, const Reloaded& done) {
  auto merged = agent::effective(config.objects, overlay_, config.runtime, parts_.identity);
  if (!merged) return done(base::fail(sentence(merged.error())));
  if (auto applied = parts_.holder.apply(merged->setup, Holder::Mode::LeaveOut); !applied) return done(applied);
  file_ = config.objects;
  runtime_ = config.runtime;
  hold(std::move(*merged), overlay_);
  done({});
}

Overlay Administrator::with(Overlay overlay, ObjectKind kind, const std::string& key,
                            std::optional<Record> record) const {
  const Record* inFile = find(file_, kind, key);
  // What was added live and goes again leaves nothing behind, and what is as in the file is no change.
  if ((!record && inFile == nullptr) || (record && inFile != nullptr && sameRecord(*record, *inFile))) {
    (void)overlay.forget(kind, key);
    return overlay;
  }
  Change change;
  change.kind = kind;
  change.key = key;
  change.removes = !record;
  change.base = inFile == nullptr ? "" : digest(kind, *inFile);
  change.time = base::unixSeconds(base::wallNow());
  if (record) change.record = std::move(*record);
  overlay.put(std::move(change));
  return overlay;
}

base::Result<Effective, Administrator::Refused> Administrator::tryOut(const Overlay& next) const {
  if (next.changes.size() > Overlay::kMaxChanges) {
    return base::fail(Refused{Refusal::Invalid, "there are " + std::to_string(Overlay::kMaxChanges) +
                                                    " changes already; take some into the configuration file"});
  }
  // A change that was made anew, or forgotten, is no misfit any more.
  Misfits misfits = effective_.misfits;
  std::erase_if(misfits, [&](const auto& entry) {
    const Change* was = overlay_.find(entry.first.first, entry.first.second);
    const Change* is = next.find(entry.first.first, entry.first.second);
    return was == nullptr || is == nullptr || was->time != is->time || was->base != is->base ||
           !sameRecord(was->record, is->record);
  });
  auto result = proposed(file_, next, runtime_, parts_.identity, misfits);
  if (!result) return base::fail(Refused{Refusal::Invalid, sentence(result.error())});
  return std::move(*result);
}

void Administrator::prepare(DiskWorker::Job job, DiskWorker::Done then) {
  busy_ = true;
  parts_.worker.submit(std::move(job), [this, then = std::move(then)](const base::Status& status) {
    busy_ = false;
    then(status);
    if (!busy_) endBusy();
  });
}

void Administrator::commit(Overlay next, Order order, Done done) {
  auto tried = tryOut(next);
  if (!tried) return done(tried.error());
  const auto apply = [this](const Effective& effective) {
    return parts_.holder.apply(effective.setup, Holder::Mode::Refuse);
  };
  if (order == Order::ApplyThenSave) {
    if (auto applied = apply(*tried); !applied) return done(Refused{Refusal::Invalid, applied.error().text});
  }
  busy_ = true;
  const auto saved = [this, order, apply, done = std::move(done), next,
                      effective = std::move(*tried)](const base::Status& status) mutable {
    if (!status) {
      // It was in force for a moment; what was before is known to open.
      if (order == Order::ApplyThenSave) {
        (void)parts_.holder.apply(effective_.setup, Holder::Mode::LeaveOut);
      }
      return finish(done, Refused{Refusal::NotSaved, status.error().text});
    }
    if (order == Order::SaveThenApply) {
      if (auto applied = apply(effective); !applied) {
        return save(overlay_, [this, done, text = applied.error().text](const base::Status&) {
          finish(done, Refused{Refusal::Invalid, text});
        });
      }
    }
    hold(std::move(effective), std::move(next));
    finish(done, std::nullopt);
  };
  save(next, saved);
}

void Administrator::commitResize(Overlay next, const std::string& unit, std::uint64_t blocks, block::Shrink shrink,
                                 const std::string& store, Done done) {
  auto tried = tryOut(next);
  if (!tried) return done(tried.error());
  if (auto resized = parts_.holder.resize(unit, blocks, shrink, store); !resized) {
    return done(Refused{Refusal::Invalid, resized.error().text});
  }
  busy_ = true;
  const auto saved = [this, done = std::move(done), next,
                      effective = std::move(*tried)](const base::Status& status) mutable {
    // The larger size is there; it cannot be taken back without cutting off what may have been written since.
    if (!status)
      return finish(done, Refused{Refusal::NotSaved, status.error().text + "; the size holds until a restart"});
    (void)parts_.holder.apply(effective.setup, Holder::Mode::LeaveOut);
    hold(std::move(effective), std::move(next));
    finish(done, std::nullopt);
  };
  save(next, saved);
}

void Administrator::save(const Overlay& overlay, std::function<void(const base::Status&)> done) {
  auto job = [path = parts_.changesPath, text = writeOverlay(overlay), &calls = parts_.calls]() -> base::Status {
    return files::replaceFile(path, base::asBytes(text), files::kOwnersAlone, calls);
  };
  parts_.worker.submit(std::move(job), [this, done = std::move(done)](const base::Status& status) {
    parts_.metrics.at<Metric::StateSaves>(status ? SaveOutcome::Saved : SaveOutcome::Failed).add();
    done(status);
  });
}

void Administrator::hold(Effective effective, Overlay overlay) {
  const auto wasSuperseded = [this](const Held& held) {
    for (const Held& one : effective_.merged.held) {
      if (one.kind == held.kind && one.key == held.key) return one.standing == Standing::Superseded;
    }
    return false;
  };
  std::int64_t superseded = 0;
  for (const Held& held : effective.merged.held) {
    if (held.standing != Standing::Superseded) continue;
    ++superseded;
    if (wasSuperseded(held)) continue;
    parts_.log.write<Event::ChangeSuperseded>(base::now(),
                                              {{"kind", wordOf(held.kind)}, {"key", held.key}, {"why", held.why}});
  }
  overlay_ = std::move(overlay);
  effective_ = std::move(effective);
  const auto changes = static_cast<std::int64_t>(overlay_.changes.size());
  parts_.metrics.at<Metric::Changes>(ChangeStanding::Superseded).set(superseded);
  parts_.metrics.at<Metric::Changes>(ChangeStanding::Holding).set(changes - superseded);
}

void Administrator::endBusy() {
  busy_ = false;
  for (const auto& reload : std::exchange(afterwards_, {})) reload();
}

void Administrator::finish(const Done& done, std::optional<Refused> refused) {
  endBusy();
  done(refused);
}

}  // namespace agent
