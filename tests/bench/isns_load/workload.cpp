#include "tests/bench/isns_load/workload.h"

#include <numeric>
#include <random>

#include "shared/isns/pdu.h"
#include "shared/isns/tlv.h"
#include "tests/bench/common/answers.h"

namespace bench {
namespace {

constexpr std::uint32_t kSeed = 4171;  // every run asks for the same hosts

std::vector<Host> randomHosts(Host first, Host hosts, std::size_t count) {
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<Host> pick(first, first + hosts - 1);
  std::vector<Host> subjects(count);
  for (Host& subject : subjects) subject = pick(random);
  return subjects;
}

}  // namespace

Workload::Workload(Kind kind, std::vector<Host> subjects, const Append& append)
    : kind_(kind), subjects_(std::move(subjects)) {
  for (std::size_t i = 0; i < subjects_.size(); ++i) {
    append(bytes_, subjects_[i], xid(i));
    if (i == 0) bytes_.reserve(bytes_.size() * subjects_.size());
  }
  requestSize_ = bytes_.size() / subjects_.size();
  function_ = base::loadU16(bytes_.data() + 2);
  const auto tlvSize = [this](std::size_t at) { return isns::kTlvHeaderSize + base::loadU32(bytes_.data() + at + 4); };
  keyAt_ = isns::kPduHeaderSize + tlvSize(isns::kPduHeaderSize);
  keySize_ = tlvSize(keyAt_);
}

Workload Workload::registrations(Host first, std::size_t count) {
  std::vector<Host> subjects(count);
  std::iota(subjects.begin(), subjects.end(), first);
  return {Kind::Register, std::move(subjects),
          [](base::Bytes& out, Host host, std::uint16_t xid) { appendRegister(out, host, xid); }};
}

Workload Workload::keyedQueries(Host first, Host hosts, std::size_t count, bool ownSource) {
  return {Kind::KeyedQuery, randomHosts(first, hosts, count),
          [ownSource](base::Bytes& out, Host host, std::uint16_t xid) {
            appendKeyedQuery(out, ownSource ? host : initiatorOf(host), host, xid);
          }};
}

Workload Workload::zoneQueries(Host first, Host hosts, std::size_t count) {
  return {Kind::ZoneQuery, randomHosts(first, hosts, count),
          [](base::Bytes& out, Host host, std::uint16_t xid) { appendZoneQuery(out, initiatorOf(host), xid); }};
}

std::string Workload::checkKey(std::size_t index, base::ByteView answer) const {
  const base::ByteView key = base::ByteView(bytes_).subspan(index * requestSize_ + keyAt_, keySize_);
  const std::size_t at = isns::kPduHeaderSize + kStatusSize;
  if (answer.size() < at + keySize_ || !base::equal(answer.subspan(at, keySize_), key)) {
    return "the message key is not repeated";
  }
  return {};
}

std::string Workload::checkDeeply(std::size_t index, base::ByteView answer) const {
  const Host subject = subjects_[index];
  if (kind_ == Kind::KeyedQuery) return checkPaths(answer, std::span(&subject, 1));
  if (kind_ == Kind::Register) return {};
  std::vector<Host> targets(kZoneSize - 1);
  std::iota(targets.begin(), targets.end(), initiatorOf(subject) + 1);
  return checkPaths(answer, targets);
}

}  // namespace bench
