#include "tests/fault/device/fault_device.h"

#include <algorithm>
#include <random>

namespace fault {
namespace {

using scsi::IoResult;

bool concerns(const Which& which, const scsi::BlockRequest& request) {
  if (which.kind && *which.kind != request.kind) return false;
  if (which.blocks == UINT64_MAX) return true;
  return request.lba < which.lba + which.blocks && which.lba < request.lba + request.blocks;
}

}  // namespace

FaultDevice::~FaultDevice() {
  life_ = 0;
  die();
}

void FaultDevice::failNth(unsigned n, IoResult result, Which which, Effect effect) {
  rules_.push_back({which, result, effect, n - 1, true});
}

void FaultDevice::failEach(IoResult result, Which which, Effect effect) {
  rules_.push_back({which, result, effect, 0, false});
}

void FaultDevice::dieAfter(unsigned n) {
  life_ = n;
  if (n == 0) die();
}

void FaultDevice::die() {
  while (!held_.empty()) {
    Proxy* proxy = held_.front();
    held_.erase(held_.begin());
    ++counts_.failed;
    end(*proxy, IoResult::Gone);
  }
}

void FaultDevice::submit(scsi::BlockRequest& request) {
  ++counts_.submitted;
  if (life_ == 0U) {
    ++counts_.failed;
    return request.done(IoResult::Gone);
  }
  open_.emplace_back();
  Proxy& proxy = open_.back();
  proxy.kind = request.kind;
  proxy.forceUnitAccess = request.forceUnitAccess;
  proxy.mayUnmap = request.mayUnmap;
  proxy.lba = request.lba;
  proxy.blocks = request.blocks;
  proxy.memory = request.memory;
  proxy.device = this;
  proxy.outer = &request;
  proxy.self = std::prev(open_.end());
  judge(proxy);
  if (delay_ > base::Duration::zero()) {
    proxy.due = now_ + delay_;
    proxy.delayed = true;
    held_.push_back(&proxy);
  } else if (hold_ == Hold::Requests) {
    held_.push_back(&proxy);
  } else {
    perform(proxy);
  }
  if (life_ && --*life_ == 0) die();
}

// The first rule that says so decides; all count the request.
void FaultDevice::judge(Proxy& proxy) {
  for (auto rule = rules_.begin(); rule != rules_.end();) {
    if (!concerns(rule->which, proxy)) {
      ++rule;
    } else if (rule->after > 0) {
      --rule->after;
      ++rule;
    } else {
      if (!proxy.fault) {
        proxy.fault = rule->result;
        proxy.effect = rule->effect;
      }
      rule = rule->once ? rules_.erase(rule) : std::next(rule);
    }
  }
}

void FaultDevice::perform(Proxy& proxy) {
  if (proxy.fault && proxy.effect == Effect::NotDone) return answered(proxy, *proxy.fault);
  inner_.submit(proxy);
}

void FaultDevice::answered(Proxy& proxy, IoResult result) {
  if (proxy.fault) {
    ++counts_.failed;
    result = *proxy.fault;
  }
  if (life_ == 0U) return end(proxy, IoResult::Gone);
  if (hold_ != Hold::Results) return end(proxy, result);
  proxy.answer = result;
  proxy.delayed = false;
  held_.push_back(&proxy);
}

void FaultDevice::end(Proxy& proxy, IoResult result) {
  scsi::BlockRequest& outer = *proxy.outer;
  open_.erase(proxy.self);
  outer.done(result);
}

void FaultDevice::goOn(Proxy& proxy) {
  if (proxy.answer) {
    end(proxy, *proxy.answer);
  } else {
    perform(proxy);
  }
}

void FaultDevice::release(Order order, std::uint32_t seed) {
  std::vector<Proxy*> now;
  now.swap(held_);
  if (order == Order::Reversed) std::reverse(now.begin(), now.end());
  if (order == Order::Shuffled) std::shuffle(now.begin(), now.end(), std::mt19937(seed));
  for (Proxy* proxy : now) goOn(*proxy);
}

bool FaultDevice::releaseOne(std::size_t place) {
  if (place >= held_.size()) return false;
  Proxy* proxy = held_[place];
  held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(place));
  goOn(*proxy);
  return true;
}

base::TimePoint FaultDevice::nextDeadline() const {
  base::TimePoint next = base::kNever;
  for (const Proxy* proxy : held_) {
    if (proxy->delayed) next = std::min(next, proxy->due);
  }
  return next;
}

void FaultDevice::onTimer(base::TimePoint now) {
  now_ = now;
  for (std::size_t i = 0; i < held_.size();) {
    if (held_[i]->delayed && held_[i]->due <= now) {
      releaseOne(i);
      i = 0;  // what it called may have changed the list
    } else {
      ++i;
    }
  }
}

void FaultDevice::heal() {
  rules_.clear();
  life_.reset();
  hold_ = Hold::Nothing;
  delay_ = {};
  release();
}

std::optional<base::ByteView> FaultDevice::view(std::uint64_t lba, std::uint64_t blocks) {
  if (!rules_.empty() || life_ || hold_ != Hold::Nothing || delay_ > base::Duration::zero()) return std::nullopt;
  return inner_.view(lba, blocks);
}

}  // namespace fault
