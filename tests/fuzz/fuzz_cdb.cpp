// CDBs of several nexuses to two disks over memory that answers at once, later, or with a failure; one of the nexuses
// sees one disk only, another may only read.
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

#include "agent/scsi/copy_domain.h"
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
  const scsi::Disk* unit = nullptr;
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

class World final : public scsi::UnitDirectory {
 public:
  explicit World(std::uint8_t has)
      : disks_{scsi::Disk(devices_[0], pool_, identity(0), settings(has), &stores_[0]),
               scsi::Disk(devices_[1], pool_, identity(1), settings(has), &stores_[1])} {
    for (std::size_t d = 0; d < 2; ++d) {
      devices_[d].shape.thin = (has & 0x01) != 0;
      devices_[d].shape.readOnly = d == 0 && (has & 0x02) != 0;
      devices_[d].views = (has & 0x08) != 0;
      disks_[d].setPorts({"iqn.t", {{1, 1, "a"}, {2, 2, "b"}}});
      disks_[d].setPortGroups({{1, {}, {}, false}, {2, {}, {}, false}});
      disks_[d].setCopyDomain(&domain_);
      for (std::uint8_t i = 0; i < 3; ++i) attach(d, i);
    }
  }

  void run(base::ByteReader reader) {
    while (reader.remaining() != 0 && commands_.size() < 256) step(reader);
    for (std::size_t d = 0; d < 2; ++d) devices_[d].later = stores_[d].later = false;
    for (int i = 0; i < 20000 && !quiet(); ++i) drain();
    fuzz::check(quiet(), "all comes to an end");
    for (const auto& command : commands_) fuzz::check(command->ends == 1, "every command ended");
    for (const auto& function : functions_) fuzz::check(function->ends == 1, "every function ended");
    commands_.clear();
    fuzz::check(pool_.chunksInUse() == 0, "no memory is left");
  }

  // Initiator 1 does not see the second disk; the nexus that it has there may do what it likes by itself.
  void unitsOf(scsi::Disk&, const scsi::Nexus& nexus, std::vector<scsi::CopyUnit>& out) override {
    for (std::size_t i = 0; i < 3; ++i) {
      if (&nexus != nexuses_[0][i] && &nexus != nexuses_[1][i]) continue;
      if (nexuses_[0][i] != nullptr) out.push_back({&disks_[0], nexuses_[0][i]});
      if (nexuses_[1][i] != nullptr && i != 1) out.push_back({&disks_[1], nexuses_[1][i]});
    }
  }

 private:
  static scsi::UnitIdentity identity(std::uint8_t d) {
    scsi::UnitIdentity identity;
    identity.serial = d == 0 ? "s0" : "s1";
    identity.naa = {0x30, 0, 0, 0, 0, 0, 0, d};
    return identity;
  }
  static scsi::DiskSettings settings(std::uint8_t has) {
    scsi::DiskSettings s;
    s.maxCommands = 16;
    s.maxRegistrations = 4;
    s.removable = (has & 0x04) != 0;
    s.alua = s.explicitAlua = (has & 0x10) != 0;
    s.maxAtomicBlocks = (has & 0x20) != 0 ? 4 : 0;
    return s;
  }
  void attach(std::size_t d, std::uint8_t i) {
    const std::uint8_t isid[6] = {0x40, 0, 0, 0, 0, i};
    nexuses_[d][i] = disks_[d].attach({scsi::iscsiTransportId("iqn.i", isid), static_cast<std::uint16_t>(1 + i % 2)});
    nexuses_[d][i]->readOnly = i == 2;
  }
  [[nodiscard]] bool quiet() const {
    for (std::size_t d = 0; d < 2; ++d) {
      const bool waits = !devices_[d].waiting.empty() || stores_[d].waiting != nullptr;
      if (waits || disks_[d].nextDeadline() != base::kNever) return false;
    }
    return true;
  }
  void drain() {
    for (std::size_t d = 0; d < 2; ++d) {
      devices_[d].answer(0);
      stores_[d].answer();
    }
    turn();
  }
  void turn() {
    const base::TimePoint next = std::min(disks_[0].nextDeadline(), disks_[1].nextDeadline());
    if (next != base::kNever) now_.mono = std::max(now_.mono, next);
    for (scsi::Disk& disk : disks_) {
      if (disk.nextDeadline() <= now_.mono) disk.onTimer(now_);
    }
  }

  void step(base::ByteReader& reader) {
    const std::uint8_t operation = reader.u8();
    const std::size_t d = operation >> 4 & 1;
    Device& device = devices_[d];
    Store& store = stores_[d];
    switch (operation % 16) {
      case 1: device.later = !device.later; break;
      case 2: device.answer(reader.u8()); break;
      case 3: device.fails = static_cast<scsi::IoResult>(reader.u8() % 6); break;
      case 4: manage(reader, d); break;
      case 5: turn(); break;
      case 6: {
        const std::uint8_t i = reader.u8() % 3;
        disks_[d].detach(*std::exchange(nexuses_[d][i], nullptr));
        attach(d, i);
        break;
      }
      case 7: disks_[d].setAluaState(static_cast<std::uint16_t>(1 + reader.u8() % 2),
                                     static_cast<scsi::AluaState>(reader.u8() % 5)); break;
      case 8: store.later = !store.later; break;
      case 9: store.fails = !store.fails; break;
      case 10: store.answer(); break;
      case 11: writeUsingToken(reader, d); break;
      case 12: now_.mono += std::chrono::seconds(reader.u8()); break;
      default: execute(reader, d); break;
    }
  }

  std::unique_ptr<FuzzCommand> make(std::uint8_t who, std::size_t d) {
    auto command = std::make_unique<FuzzCommand>();
    command->unit = &disks_[d];
    command->nexus = nexuses_[d][who % 3];
    command->attribute = static_cast<scsi::TaskAttribute>(who >> 2 & 3);
    if ((who & 0x80) == 0) command->nexus->attentions = {};
    return command;
  }

  void execute(base::ByteReader& reader, std::size_t d) {
    auto owned = make(reader.u8(), d);
    FuzzCommand& command = *owned;
    const auto take = [&](std::size_t n) {
      const base::ByteView bytes = reader.bytes(std::min(n, reader.remaining()));
      return base::Bytes(bytes.begin(), bytes.end());
    };
    command.bytes = take(reader.u8() % 33);
    const std::uint64_t asked = disks_[d].transferOf(command.bytes).out;
    // As much as the CDB asks for, or what the input gives.
    const std::uint8_t length = reader.u8();
    command.out = take(length);
    if (length == 0) command.out.assign(static_cast<std::size_t>(std::min<std::uint64_t>(asked, 65536)), 0x5a);
    submit(std::move(owned), d);
  }

  // With the token that was made last, or the zero token: nothing finds either by chance.
  void writeUsingToken(base::ByteReader& reader, std::size_t d) {
    auto owned = make(reader.u8(), d);
    FuzzCommand& command = *owned;
    const std::uint8_t kind = reader.u8();
    base::Bytes zero(512);
    base::storeU32(zero.data(), 0xffff0001);
    base::storeU16(&zero[6], 0x01f8);
    base::ByteWriter list(command.out);
    list.u16(550);
    list.u8(kind & 3);
    list.zeros(5);
    list.u64(kind >> 4);
    list.bytes((kind & 4) != 0 && !token_.empty() ? token_ : zero);
    list.zeros(7);
    list.u8(16);
    list.u64(reader.u8() % 70);
    list.u32(reader.u8() % 70);
    list.u32(0);
    command.bytes = {0x83, 0x11, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 2, 40, 0, 0};
    submit(std::move(owned), d);
  }

  void submit(std::unique_ptr<FuzzCommand> owned, std::size_t d) {
    FuzzCommand& command = *owned;
    command.cdb = command.bytes;
    command.most = disks_[d].transferOf(command.cdb).in;
    command.part = command.out;
    if (!command.out.empty()) command.dataOut = {&command.part, 1};

    const auto changes = [&] { return devices_[0].writes + devices_[1].writes; };
    const auto calm = [&](const Device& device) {
      return device.waiting.empty() && !device.later && device.fails == scsi::IoResult::Ok;
    };
    const bool mayWrite = !command.nexus->readOnly;
    const bool blind = command.nexus == nexuses_[0][1];
    const std::size_t writes = changes();
    const std::size_t there = devices_[1].writes;
    const bool alone = calm(devices_[0]) && calm(devices_[1]) && quiet();
    commands_.push_back(std::move(owned));
    disks_[d].execute(command, now_);
    if (!alone || !devices_[0].waiting.empty() || !devices_[1].waiting.empty() || command.ends != 1) return;
    const std::uint8_t opcode = command.bytes.empty() ? std::uint8_t{0} : command.bytes[0];
    const bool mayFailLate = (opcode | 0x80) == 0xae || opcode == 0x8e || opcode == 0x83;
    fuzz::check(mayWrite || changes() == writes, "nothing is written through a read-only map");
    fuzz::check(!blind || devices_[1].writes == there, "no copy reaches what its initiator does not see");
    fuzz::check(command.status() == scsi::Status::Good || changes() == writes || mayFailLate,
                "a command that fails in its checks changes nothing");
    // RECEIVE ROD TOKEN INFORMATION with one token.
    const base::Bytes& answer = command.work().response;
    if (answer.size() == 550 && opcode == 0x84 && command.bytes[1] == 0x07) {
      token_.assign(answer.end() - 512, answer.end());
    }
  }

  void manage(base::ByteReader& reader, std::size_t d) {
    const std::uint8_t what = reader.u8();
    functions_.push_back(std::make_unique<Management>());
    Management& function = *functions_.back();
    function.function = static_cast<scsi::TaskManagement>(what % 8);
    function.nexus = nexuses_[d][what >> 3 & 1];
    if (!commands_.empty()) {
      FuzzCommand& task = *commands_[reader.u8() % commands_.size()];
      if (task.unit == &disks_[d]) function.task = &task;
    }
    disks_[d].manage(function);
  }

  Device devices_[2];
  Store stores_[2];
  scsi::BufferPool pool_{1U << 18, 4096};
  std::uint8_t random_ = 0;
  scsi::CopyDomain domain_{*this, [this](std::span<std::uint8_t> out) {
                             for (std::uint8_t& byte : out) byte = ++random_;
                             return true;
                           }};
  scsi::Disk disks_[2];
  base::Now now_{};
  scsi::Nexus* nexuses_[2][3] = {};
  base::Bytes token_;
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
