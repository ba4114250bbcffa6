#include "agent/block/remote_lun_probe.h"

#include <algorithm>
#include <utility>

#include "agent/initiator/disk_commands.h"

namespace block {

void RemoteLunProbe::start(initiator::LogicalUnit& unit, Done done) {
  unit_ = &unit;
  done_ = std::move(done);
  step_ = Step::Ready;
  busyTime = kBusyTime;
  known_ = false;
  noUnit_ = false;
  facts_ = {};
  facts_.geometry.volatileCache = true;  // until it says otherwise
  pages_ = {};
  ask();
}

// Whether the step has something to ask.
bool RemoteLunProbe::needed() const {
  switch (step_) {
    case Step::Designators:
      return pages_[0x83];
    case Step::Serial:
      return pages_[0x80];
    case Step::Access:
      return facts_.alua && facts_.portGroup;
    case Step::Limits:
      return pages_[0xb0];
    case Step::Characteristics:
      return pages_[0xb1];
    case Step::Provisioning:
      return pages_[0xb2];
    case Step::Capacity10:
    case Step::Modes10:
      return !known_;
    default:
      return true;
  }
}

void RemoteLunProbe::ask() {
  if (step_ == Step::Modes6) known_ = false;
  while (!needed()) step_ = static_cast<Step>(static_cast<int>(step_) + 1);
  // Through such a port the unit tells what it is and no more.
  if (step_ > Step::Access && !facts_.usable()) step_ = Step::End;
  data_ = {};
  const std::span<std::uint8_t> in(data_);
  constexpr std::uint8_t kCachingPage = 0x08;
  switch (step_) {
    case Step::Ready:
      initiator::setTestUnitReady(*this);
      break;
    case Step::Inquiry:
      initiator::setInquiry(*this, std::nullopt, in.first(96));
      break;
    case Step::Pages:
      initiator::setInquiry(*this, 0x00, in.first(255));
      break;
    case Step::Designators:
      initiator::setInquiry(*this, 0x83, in);
      break;
    case Step::Serial:
      initiator::setInquiry(*this, 0x80, in.first(255));
      break;
    case Step::Access:
      initiator::setReportTargetPortGroups(*this, in);
      break;
    case Step::Limits:
      initiator::setInquiry(*this, 0xb0, in.first(64));
      break;
    case Step::Characteristics:
      initiator::setInquiry(*this, 0xb1, in.first(64));
      break;
    case Step::Provisioning:
      initiator::setInquiry(*this, 0xb2, in.first(64));
      break;
    case Step::Capacity16:
      initiator::setReadCapacity16(*this, in.first(32));
      break;
    case Step::Capacity10:
      initiator::setReadCapacity10(*this, in.first(8));
      break;
    case Step::Modes6:
      initiator::setModeSense6(*this, kCachingPage, in.first(192));
      break;
    case Step::Modes10:
      initiator::setModeSense10(*this, kCachingPage, in.first(192));
      break;
    case Step::End:
      return done_(std::optional(facts_));
  }
  if (!unit_->submit(*this)) done_(std::optional<RemoteLunFacts>());
}

void RemoteLunProbe::onEnd() {
  if (result.outcome == iscsi::CommandOutcome::SessionLost) return done_(std::optional<RemoteLunFacts>());
  if (const auto taken = take(); !taken) return done_(base::fail(taken.error()));
  step_ = static_cast<Step>(static_cast<int>(step_) + 1);
  ask();
}

// As much as came, and as it came in one piece.
base::ByteView RemoteLunProbe::answer() const { return base::ByteView(data_).first(result.received); }

// Whether the unit may go without what is asked. A CHECK CONDITION says no; silence says nothing.
bool RemoteLunProbe::mayFail() const {
  const bool optional = step_ != Step::Ready && step_ != Step::Inquiry && step_ != Step::Capacity10;
  const auto sense = initiator::readSense(result.sense());
  return optional && sense && sense->key == scsi::SenseKey::IllegalRequest;
}

// The port is in a state of asymmetric access in which the unit does nothing: that is no fault of it.
bool RemoteLunProbe::isAsleep() {
  const auto sense = initiator::readSense(result.sense());
  if (step_ != Step::Ready || !sense || sense->key != scsi::SenseKey::NotReady) return false;
  const auto access = accessOf(sense->code());
  if (access) facts_.access = access;  // unless REPORT TARGET PORT GROUPS knows better
  return access.has_value();
}

base::Status RemoteLunProbe::take() {
  if (initiator::carriedOut(result)) return takeGood(answer());
  if (mayFail() || isAsleep()) return {};
  const auto sense = initiator::readSense(result.sense());
  noUnit_ = sense && sense->code() == scsi::Asc::LogicalUnitNotSupported;
  return base::fail("the unit answers " + initiator::describe(result));
}

base::Status RemoteLunProbe::takeGood(base::ByteView data) {
  switch (step_) {
    case Step::Inquiry:
      // Peripheral qualifier and device type: a disk that is there.
      if (data.empty() || data[0] != 0) {
        noUnit_ = !data.empty() && (data[0] & 0xe0U) != 0;
        return base::fail("behind this LUN is no disk");
      }
      noteInquiry(facts_, data);
      break;
    case Step::Pages:
      if (data.size() < 4) break;
      for (const std::uint8_t page :
           data.subspan(4, std::min<std::size_t>(data.size() - 4, base::loadU16(data.data() + 2)))) {
        pages_[page] = true;
      }
      break;
    case Step::Designators:
      noteDesignators(facts_, data);
      break;
    case Step::Serial:
      noteSerial(facts_, data);
      break;
    case Step::Access:
      noteAccess(facts_, data);
      break;
    case Step::Limits:
      noteLimits(facts_, data);
      break;
    case Step::Characteristics:
      noteCharacteristics(facts_, data);
      break;
    case Step::Provisioning:
      noteProvisioning(facts_, data);
      break;
    case Step::Capacity16:
      known_ = noteCapacity16(facts_, data);
      if (!known_) return base::fail("the unit answers a capacity that cannot be");
      break;
    case Step::Capacity10:
      if (!noteCapacity10(facts_, data)) return base::fail("the unit answers a capacity that cannot be");
      break;
    case Step::Modes6:
    case Step::Modes10:
      known_ = true;
      noteModes(facts_, data, step_ == Step::Modes10);
      break;
    default:
      break;
  }
  if (step_ == Step::Capacity16 || step_ == Step::Capacity10) {
    facts_.geometry.thin = facts_.geometry.thin && (facts_.unmap || facts_.unmapBySame);
  }
  return {};
}

}  // namespace block
