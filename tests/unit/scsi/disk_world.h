// What the tests of agent/scsi share: a device in memory that can fail and answer late, commands that record their end,
// and a disk with two nexuses.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/scsi/disk.h"
#include "agent/scsi/transport_id.h"

namespace scsi_test {

using scsi::IoKind;
using scsi::IoResult;
using scsi::Status;

// "28 00 0000" to bytes.
inline base::Bytes hex(std::string_view digits) {
  base::Bytes out;
  int half = -1;
  for (const char c : digits) {
    const int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (d < 0) continue;
    if (half < 0) {
      half = d;
    } else {
      out.push_back(static_cast<std::uint8_t>(half << 4 | d));
      half = -1;
    }
  }
  return out;
}
inline std::string text(base::ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t b : bytes) {
    out += kDigits[b >> 4];
    out += kDigits[b & 15];
  }
  return out;
}

class MemoryDevice : public scsi::BlockDevice {
 public:
  explicit MemoryDevice(std::uint64_t blocks = 1024, std::uint32_t blockSize = 512)
      : bytes(static_cast<std::size_t>(blocks * blockSize)), mapped(static_cast<std::size_t>(blocks), true) {
    shape.blocks = blocks;
    shape.blockSize = blockSize;
  }
  [[nodiscard]] scsi::Geometry geometry() const override { return shape; }
  void submit(scsi::BlockRequest& request) override {
    ++requests;
    kinds.push_back(request.kind);
    EXPECT_LE(request.lba + request.blocks, shape.blocks) << "the range lies within the geometry";
    if (later) {
      waiting.push_back(&request);
    } else {
      request.done(perform(request));
    }
  }
  [[nodiscard]] std::optional<base::ByteView> view(std::uint64_t lba, std::uint64_t blocks) override {
    if (!views || failWith != IoResult::Ok) return std::nullopt;
    return base::ByteView(bytes).subspan(static_cast<std::size_t>(lba * shape.blockSize),
                                         static_cast<std::size_t>(blocks * shape.blockSize));
  }
  [[nodiscard]] scsi::Extent extentAt(std::uint64_t lba) override {
    const bool state = mapped[static_cast<std::size_t>(lba)];
    std::uint64_t n = 0;
    while (lba + n < shape.blocks && mapped[static_cast<std::size_t>(lba + n)] == state) ++n;
    return {n, state ? scsi::Provisioning::Mapped : scsi::Provisioning::Deallocated};
  }

  [[nodiscard]] std::optional<scsi::Resources> resources() override { return space; }

  // Answers a waiting request: 0 is the oldest.
  void answer(std::size_t index = 0) {
    ASSERT_LT(index, waiting.size());
    scsi::BlockRequest& request = *waiting[index];
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(index));
    request.done(perform(request));
  }
  void answerAll() {
    while (!waiting.empty()) answer();
  }
  [[nodiscard]] base::ByteView block(std::uint64_t lba) const {
    return base::ByteView(bytes).subspan(static_cast<std::size_t>(lba * shape.blockSize), shape.blockSize);
  }

  scsi::Geometry shape;
  base::Bytes bytes;
  std::vector<bool> mapped;
  std::optional<scsi::Resources> space;
  bool views = false;
  bool later = false;
  IoResult failWith = IoResult::Ok;
  int failFrom = 0;  // requests that pass before failWith holds
  int requests = 0;
  int throughWrites = 0;
  std::vector<IoKind> kinds;
  std::deque<scsi::BlockRequest*> waiting;

 private:
  IoResult perform(scsi::BlockRequest& r) {
    if (failWith != IoResult::Ok && failFrom-- <= 0) return failWith;
    if (r.kind == IoKind::Flush) return IoResult::Ok;
    std::uint8_t* at = bytes.data() + r.lba * shape.blockSize;
    if (r.forceUnitAccess) ++throughWrites;
    std::uint64_t moved = 0;
    switch (r.kind) {
      case IoKind::Read:
        for (const auto part : r.memory) {
          std::copy_n(at + moved, part.size(), part.begin());
          moved += part.size();
        }
        break;
      case IoKind::Write:
        for (const auto part : r.memory) {
          const bool apart = part.data() + part.size() <= at + moved || at + moved + part.size() <= part.data();
          EXPECT_TRUE(apart || part.data() == at + moved) << "what is written does not lie where it is written to";
          std::copy(part.begin(), part.end(), at + moved);
          moved += part.size();
        }
        setMapped(r, true);
        break;
      case IoKind::WriteZeroes:
      case IoKind::Discard:
        std::fill_n(at, r.blocks * shape.blockSize, std::uint8_t{0});
        setMapped(r, r.kind == IoKind::WriteZeroes);
        break;
      case IoKind::Flush:
        break;
    }
    if (r.kind == IoKind::Read || r.kind == IoKind::Write) {
      EXPECT_EQ(moved, r.blocks * shape.blockSize) << "memory is as long as the range";
    }
    return IoResult::Ok;
  }
  void setMapped(const scsi::BlockRequest& r, bool state) {
    for (std::uint64_t i = 0; i < r.blocks; ++i) mapped[static_cast<std::size_t>(r.lba + i)] = state;
  }
};

class TestCommand final : public scsi::Command {
 public:
  ~TestCommand() override = default;
  void done() override {
    ++ends;
    if (order != nullptr) order->push_back(name);
  }
  void setDataOut(base::Bytes data, std::size_t pieces = 1) {
    out = std::move(data);
    parts.clear();
    const std::size_t each = pieces == 0 ? out.size() : (out.size() + pieces - 1) / pieces;
    for (std::size_t at = 0; at < out.size(); at += each) {
      parts.push_back(std::span(out).subspan(at, std::min(each, out.size() - at)));
    }
    dataOut = parts;
  }
  [[nodiscard]] base::Bytes received() const {
    base::Bytes all;
    for (const base::ByteView part : dataIn()) base::append(all, part);
    return all;
  }
  // "GOOD", "05 2400", "CONFLICT": status, or key and codes.
  [[nodiscard]] std::string outcome() const {
    if (aborted()) return "aborted";
    switch (status()) {
      case Status::Good: return "GOOD";
      case Status::ReservationConflict: return "CONFLICT";
      case Status::TaskSetFull: return "TASK SET FULL";
      case Status::TaskAborted: return "TASK ABORTED";
      case Status::CheckCondition: break;
      default: return "status " + std::to_string(static_cast<int>(status()));
    }
    const base::ByteView s = sense();
    const bool descriptor = (s[0] & 0x7e) == 0x72;
    const base::Bytes key{static_cast<std::uint8_t>(s[descriptor ? 1 : 2] & 0x0f)};
    return text(key) + " " + text(s.subspan(descriptor ? 2 : 12, 2));
  }

  base::Bytes bytes;  // the CDB
  base::Bytes out;
  std::vector<std::span<std::uint8_t>> parts;
  int ends = 0;
  std::string name;
  std::vector<std::string>* order = nullptr;
};

struct Management final : scsi::TaskManagementRequest {
  Management(scsi::TaskManagement what, scsi::Nexus* who, scsi::Command* which = nullptr) {
    function = what;
    nexus = who;
    task = which;
  }
  void done(scsi::TaskManagementResponse r) override {
    ++ends;
    response = r;
  }
  int ends = 0;
  scsi::TaskManagementResponse response = scsi::TaskManagementResponse::NotSupported;
};

class MemoryStore final : public scsi::StateStore {
 public:
  void save(scsi::StateKind kind, base::ByteView image, scsi::SaveRequest& request) override {
    images.emplace_back(kind, base::Bytes(image.begin(), image.end()));
    if (later) {
      waiting = &request;
    } else {
      request.done(!fails);
    }
  }
  void answer() { std::exchange(waiting, nullptr)->done(!fails); }
  std::vector<std::pair<scsi::StateKind, base::Bytes>> images;
  scsi::SaveRequest* waiting = nullptr;
  bool later = false;
  bool fails = false;
};

inline scsi::NexusIdentity initiator(std::uint8_t number, std::uint16_t port = 1) {
  const std::uint8_t isid[6] = {0x40, 0, 0, 0, 0, number};
  return {scsi::iscsiTransportId("iqn.2000-01.test:i" + std::to_string(number), isid), port};
}

// A disk with two nexuses, a and b, whose first unit attention was taken.
struct World {
  explicit World(scsi::DiskSettings settings = {}, scsi::StateStore* store = nullptr)
      : World(std::make_unique<MemoryDevice>(), std::move(settings), store) {}
  World(std::unique_ptr<MemoryDevice> memory, scsi::DiskSettings settings, scsi::StateStore* store)
      : device(*memory), owned(std::move(memory)), disk(device, pool, unit(), std::move(settings), store) {
    a = attach(1);
    b = attach(2);
  }
  static scsi::UnitIdentity unit() {
    scsi::UnitIdentity identity;
    identity.serial = "serial-1";
    identity.naa = hex("600140500000000000000000000000aa");
    return identity;
  }
  scsi::Nexus* attach(std::uint8_t number, std::uint16_t port = 1) {
    scsi::Nexus* nexus = disk.attach(initiator(number, port));
    if (nexus != nullptr) nexus->attentions.take();
    return nexus;
  }
  std::unique_ptr<TestCommand> make(scsi::Nexus* nexus, std::string_view cdb, base::Bytes dataOut = {}) {
    auto command = std::make_unique<TestCommand>();
    command->bytes = hex(cdb);
    command->cdb = command->bytes;
    command->nexus = nexus;
    command->setDataOut(std::move(dataOut));
    return command;
  }
  void execute(TestCommand& command) { disk.execute(command, now); }
  std::unique_ptr<TestCommand> run(scsi::Nexus* nexus, std::string_view cdb, base::Bytes dataOut = {}) {
    auto command = make(nexus, cdb, std::move(dataOut));
    execute(*command);
    return command;
  }
  // Runs a command that ends at once and says how.
  std::string outcome(scsi::Nexus* nexus, std::string_view cdb, base::Bytes dataOut = {}) {
    const auto command = run(nexus, cdb, std::move(dataOut));
    EXPECT_EQ(command->ends, 1) << cdb;
    return command->outcome();
  }
  std::string dataOf(scsi::Nexus* nexus, std::string_view cdb) { return text(run(nexus, cdb)->received()); }
  void runBackground() {
    while (disk.nextDeadline() != base::kNever) disk.onTimer(now);
  }

  MemoryDevice& device;
  std::unique_ptr<MemoryDevice> owned;
  scsi::BufferPool pool{4U << 20, 4096};
  scsi::Disk disk;
  base::Now now{base::TimePoint{}, base::WallTime{std::chrono::seconds{1700000000}}};
  scsi::Nexus* a = nullptr;
  scsi::Nexus* b = nullptr;
};

inline base::Bytes filled(std::size_t size, std::uint8_t byte) { return base::Bytes(size, byte); }

inline constexpr const char* kSynchronizeCache = "35 00 00000000 00 0000 00";
inline constexpr const char* kTestUnitReady = "00 00 00 00 00 00";

}  // namespace scsi_test
