// CDBs of several nexuses to one disk over memory that answers at once, later, or with a failure.
//
// The first byte chooses what the disk has. Then records: operation, and for a command nexus, attribute, CDB length,
// CDB, data length, data. Rules: every command ends exactly once, data-in is no longer than the CDB asks for and only
// with GOOD, status is one that there is, sense is whole, nothing is written through a read-only map or protected
// medium, a command that fails in its checks changes nothing, and in the end no memory and no command is left.
#include <algorithm>
#include <deque>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "agent/scsi/disk.h"
#include "agent/scsi/transport_id.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr std::uint64_t kBlocks = 64;
constexpr std::uint32_t kBlockSize = 512;

class Device final : public scsi::BlockDevice {
 public:
  [[nodiscard]] scsi::Geometry geometry() const override { return shape; }
  void submit(scsi::BlockRequest& request) override {
    fuzz::check(request.lba <= kBlocks && request.blocks <= kBlocks - request.lba, "the range lies on the medium");
    if (request.kind != scsi::IoKind::Read && request.kind != scsi::IoKind::Flush) {
      fuzz::check(!shape.readOnly, "a read-only device gets no write");
      ++writes;
    }
    if (later) {
      waiting.push_back(&request);
    } else {
      request.done(perform(request));
    }
  }
  [[nodiscard]] std::optional<base::ByteView> view(std::uint64_t lba, std::uint64_t blocks) override {
    fuzz::check(lba <= kBlocks && blocks <= kBlocks - lba, "a view lies on the medium");
    if (!views) return std::nullopt;
    return base::ByteView(bytes).subspan(static_cast<std::size_t>(lba * kBlockSize),
                                         static_cast<std::size_t>(blocks * kBlockSize));
  }
  void answer(std::size_t index) {
    if (waiting.empty()) return;
    index %= waiting.size();
    scsi::BlockRequest& request = *waiting[index];
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(index));
    request.done(perform(request));
  }

  scsi::Geometry shape{kBlocks, kBlockSize, 0, false, false, false, false};
  base::Bytes bytes = base::Bytes(kBlocks * kBlockSize, 0x5a);
  std::deque<scsi::BlockRequest*> waiting;
  scsi::IoResult fails = scsi::IoResult::Ok;
  bool later = false;
  bool views = false;
  std::size_t writes = 0;

 private:
  scsi::IoResult perform(scsi::BlockRequest& request) {
    if (fails != scsi::IoResult::Ok) return fails;
    std::uint64_t at = request.lba * kBlockSize;
    const std::uint64_t end = at + request.blocks * kBlockSize;
    switch (request.kind) {
      case scsi::IoKind::Read:
      case scsi::IoKind::Write:
        for (const std::span<std::uint8_t> part : request.memory) {
          fuzz::check(part.size() <= end - at, "memory is no longer than the range");
          std::uint8_t* const medium = bytes.data() + at;
          if (request.kind == scsi::IoKind::Read) std::copy_n(medium, part.size(), part.data());
          if (request.kind == scsi::IoKind::Write) std::copy_n(part.data(), part.size(), medium);
          at += part.size();
        }
        fuzz::check(at == end, "memory is as long as the range");
        break;
      case scsi::IoKind::WriteZeroes:
      case scsi::IoKind::Discard:
        std::fill_n(bytes.data() + at, end - at, std::uint8_t{0});
        break;
      case scsi::IoKind::Flush:
        break;
    }
    return scsi::IoResult::Ok;
  }
};

class Store final : public scsi::StateStore {
 public:
  void save(scsi::StateKind kind, base::ByteView image, scsi::SaveRequest& request) override {
    fuzz::check(waiting == nullptr, "saves do not overlap");
    if (kind == scsi::StateKind::Reservations) {
      fuzz::check(scsi::ReservationState::fromImage(image).has_value(), "an image can be read back");
    }
    waiting = &request;
    if (!later) answer();
  }
  void answer() {
    if (waiting != nullptr) std::exchange(waiting, nullptr)->done(!fails);
  }
  scsi::SaveRequest* waiting = nullptr;
  bool later = false;
  bool fails = false;
};

class FuzzCommand final : public scsi::Command {
 public:
  void done() override {
    fuzz::check(++ends == 1, "a command ends once");
    const bool good = status() == scsi::Status::Good;
    fuzz::check(dataInLength() <= most, "no more data than the CDB asks for");
    fuzz::check(dataInLength() == 0 || (good && !aborted()), "data comes with GOOD only");
    fuzz::check(good || !aborted(), "an aborted command has no status of its own");
    if (status() == scsi::Status::CheckCondition) {
      fuzz::check(sense().size() >= 8 && sense()[7] + 8U == sense().size(), "sense is whole");
    }
    for (const base::ByteView piece : dataIn()) sum += std::accumulate(piece.begin(), piece.end(), 0U);
  }
  base::Bytes bytes;
  base::Bytes out;
  std::span<std::uint8_t> part;
  std::uint64_t most = 0;
  unsigned sum = 0;
  int ends = 0;
};

class Management final : public scsi::TaskManagementRequest {
 public:
  void done(scsi::TaskManagementResponse) override { fuzz::check(++ends == 1, "a function ends once"); }
  int ends = 0;
};

class World {
 public:
  explicit World(std::uint8_t has) : disk_(device_, pool_, {}, settings(has), &store_) {
    device_.shape.thin = (has & 0x01) != 0;
    device_.shape.readOnly = (has & 0x02) != 0;
    device_.views = (has & 0x08) != 0;
    disk_.setPorts({"iqn.t", {{1, 1, "a"}, {2, 2, "b"}}});
    disk_.setPortGroups({{1, {}, {}, false}, {2, {}, {}, false}});
    for (std::uint8_t i = 0; i < 3; ++i) attach(i);
    nexuses_[2]->readOnly = true;
  }

  void run(base::ByteReader reader) {
    while (reader.remaining() != 0 && commands_.size() < 256) step(reader);
    device_.later = store_.later = false;
    for (int i = 0; i < 4096 && !quiet(); ++i) drain();
    fuzz::check(quiet(), "all comes to an end");
    for (const auto& command : commands_) fuzz::check(command->ends == 1, "every command ended");
    for (const auto& function : functions_) fuzz::check(function->ends == 1, "every function ended");
    commands_.clear();
    fuzz::check(pool_.chunksInUse() == 0, "no memory is left");
  }

 private:
  static scsi::DiskSettings settings(std::uint8_t has) {
    scsi::DiskSettings s;
    s.maxCommands = 16;
    s.maxRegistrations = 4;
    s.removable = (has & 0x04) != 0;
    s.alua = s.explicitAlua = (has & 0x10) != 0;
    s.maxAtomicBlocks = (has & 0x20) != 0 ? 4 : 0;
    return s;
  }
  void attach(std::uint8_t i) {
    const std::uint8_t isid[6] = {0x40, 0, 0, 0, 0, i};
    nexuses_[i] = disk_.attach({scsi::iscsiTransportId("iqn.i", isid), static_cast<std::uint16_t>(1 + i % 2)});
  }
  [[nodiscard]] bool quiet() const {
    return device_.waiting.empty() && store_.waiting == nullptr && disk_.nextDeadline() == base::kNever;
  }
  void drain() {
    device_.answer(0);
    store_.answer();
    if (disk_.nextDeadline() != base::kNever) disk_.onTimer(now_);
  }

  void step(base::ByteReader& reader) {
    const std::uint8_t operation = reader.u8();
    switch (operation % 16) {
      case 1: device_.later = !device_.later; break;
      case 2: device_.answer(reader.u8()); break;
      case 3: device_.fails = static_cast<scsi::IoResult>(reader.u8() % 6); break;
      case 4: manage(reader); break;
      case 5: if (disk_.nextDeadline() != base::kNever) disk_.onTimer(now_); break;
      case 6: {
        const std::uint8_t i = reader.u8() % 3;
        disk_.detach(*nexuses_[i]);
        attach(i);
        nexuses_[i]->readOnly = i == 2;
        break;
      }
      case 7: disk_.setAluaState(static_cast<std::uint16_t>(1 + reader.u8() % 2),
                                 static_cast<scsi::AluaState>(reader.u8() % 5)); break;
      case 8: store_.later = !store_.later; break;
      case 9: store_.fails = !store_.fails; break;
      case 10: store_.answer(); break;
      default: execute(reader); break;
    }
  }

  void execute(base::ByteReader& reader) {
    auto owned = std::make_unique<FuzzCommand>();
    FuzzCommand& command = *owned;
    const std::uint8_t who = reader.u8();
    command.nexus = nexuses_[who % 3];
    command.attribute = static_cast<scsi::TaskAttribute>(who >> 2 & 3);
    if ((who & 0x80) == 0) command.nexus->attentions = {};
    const auto take = [&](std::size_t n) {
      const base::ByteView bytes = reader.bytes(std::min(n, reader.remaining()));
      return base::Bytes(bytes.begin(), bytes.end());
    };
    command.bytes = take(reader.u8() % 33);
    command.cdb = command.bytes;
    const scsi::Transfer transfer = disk_.transferOf(command.cdb);
    command.most = transfer.in;
    // As much as the CDB asks for, or what the input gives.
    const std::uint8_t length = reader.u8();
    command.out = take(length);
    if (length == 0) command.out.assign(static_cast<std::size_t>(std::min<std::uint64_t>(transfer.out, 65536)), 0x5a);
    command.part = command.out;
    if (!command.out.empty()) command.dataOut = {&command.part, 1};

    const bool mayWrite = !command.nexus->readOnly;
    const std::size_t writes = device_.writes;
    const bool alone = device_.waiting.empty() && !device_.later && device_.fails == scsi::IoResult::Ok;
    commands_.push_back(std::move(owned));
    disk_.execute(command, now_);
    if (alone && device_.waiting.empty() && command.ends == 1) {
      fuzz::check(mayWrite || device_.writes == writes, "nothing is written through a read-only map");
      fuzz::check(command.status() == scsi::Status::Good || device_.writes == writes ||
                      (command.bytes[0] | 0x80) == 0xae || command.bytes[0] == 0x8e,
                  "a command that fails in its checks changes nothing");
    }
  }

  void manage(base::ByteReader& reader) {
    const std::uint8_t what = reader.u8();
    functions_.push_back(std::make_unique<Management>());
    Management& function = *functions_.back();
    function.function = static_cast<scsi::TaskManagement>(what % 8);
    function.nexus = nexuses_[what >> 3 & 1];
    if (!commands_.empty()) function.task = commands_[reader.u8() % commands_.size()].get();
    disk_.manage(function);
  }

  Device device_;
  Store store_;
  scsi::BufferPool pool_{1U << 18, 4096};
  scsi::Disk disk_;
  base::Now now_{};
  scsi::Nexus* nexuses_[3] = {};
  std::vector<std::unique_ptr<FuzzCommand>> commands_;
  std::vector<std::unique_ptr<Management>> functions_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  World world(data[0]);
  world.run(base::ByteReader({data + 1, size - 1}));
  return 0;
}
