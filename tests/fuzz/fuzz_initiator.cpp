// PDUs of a target into an initiator session, with commands, time, losses and cancellations between them.
//
// The input is a program: a byte chooses a step, the bytes behind it are its arguments. PDUs are either any bytes or
// headers whose tag and StatSN are made right, so that they get past the first checks. Rules: every command that was
// taken ends exactly once, at the latest when the session is abandoned; nothing is written outside of a command's
// memory (the sanitizer sees to that) nor after its end; a session that has ended asks for nothing more.
#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <vector>

#include "agent/iscsi/initiator_session.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/input.h"

namespace {

using namespace iscsi;

using fuzz::Input;

struct NoCredentials final : CredentialsSource {
  void ask(const CredentialsQuestion&, CredentialsReceiver& receiver, base::TimePoint now) override {
    receiver.onCredentials(std::nullopt, now);
  }
};

struct Command final : InitiatorCommand {
  Command(std::size_t reads, std::size_t writes) : in(reads), out(writes) {
    dataIn = in;
    dataOut = out;
    cdb = code;
  }
  void onDone() override {
    ++ends;
    // Memory that is given back is freed, so that whoever still uses it is caught.
    base::Bytes().swap(in);
    base::Bytes().swap(out);
  }
  std::array<std::uint8_t, 10> code{};
  base::Bytes in, out;
  int ends = 0;
};

class World final : public InitiatorSessionOwner {
 public:
  World() : session_(setting(), *this, credentials_, challenges_, random_) {}

  void run(Input input) {
    session_.start(now_);
    while (!input.empty()) {
      step(input);
      fuzz::check(session_.commands() == running(), "the session counts the commands that run");
    }
    session_.abandon(now_);
    for (const auto& command : commands_) fuzz::check(command->ends == 1, "every command ends once");
    fuzz::check(session_.nextDeadline() == base::kNever, "a session that has ended waits for nothing");
    fuzz::check(session_.commands() == 0, "no command is left");
  }

  void connect(std::uint16_t cid, std::string_view) override { waiting_ = cid; }
  void disconnect(std::uint16_t cid) override {
    if (cid == waiting_) waiting_ = 0;
    if (cid == open_) open_ = 0;
    output_.clear();
  }
  void outputReady(std::uint16_t) override {}
  void onNotice(const InitiatorNotice&) override {}
  void onDiscovered(std::vector<DiscoveredTarget>) override {}

 private:
  static InitiatorSetting setting() {
    InitiatorSetting setting;
    setting.initiatorName = "iqn.2001-04.com.example:host";
    setting.targetName = "iqn.2001-04.com.example:disk";
    setting.portal = "here";
    setting.policy.noneAllowed = true;
    setting.policy.chapAllowed = false;
    setting.maxCommands = 16;
    return setting;
  }

  std::uint32_t running() const {
    return static_cast<std::uint32_t>(
        std::count_if(commands_.begin(), commands_.end(), [](const auto& c) { return c->ends == 0; }));
  }

  void step(Input& input) {
    switch (input.byte() % 12) {
      case 0:
        return submit(std::size_t{input.byte()} * 16, 0);
      case 1:
        return submit(0, std::size_t{input.byte()} * 1024 + 1);
      case 2:
        return submit(std::size_t{input.byte()} * 4, input.byte());
      case 3:
        return open();
      case 4:
        return lose();
      case 5:
        now_ += std::chrono::milliseconds(100) * input.byte();
        return session_.onTimer(now_);
      case 6:
        now_ = std::max(now_, std::min(session_.nextDeadline(), now_ + std::chrono::seconds(200)));
        return session_.onTimer(now_);
      case 7:
        if (!commands_.empty()) session_.cancel(*commands_[input.byte() % commands_.size()], now_);
        return;
      case 8:
        return drain(input.byte());
      case 9:
        if (open_ != 0) session_.onBytes(open_, input.take(input.byte()), now_);
        return;
      default:
        return say(input);
    }
  }

  void submit(std::size_t reads, std::size_t writes) {
    auto command = std::make_unique<Command>(reads, writes);
    command->mayRepeat = (reads + writes) % 3 != 0;
    if (commands_.size() < 64 && session_.submit(*command, now_)) commands_.push_back(std::move(command));
  }

  // The transport is there, and the login is answered.
  void open() {
    if (waiting_ == 0) return;
    open_ = std::exchange(waiting_, std::uint16_t{0});
    statSn_ = 1;
    session_.onConnected(open_, now_);
    answerLogin("TargetPortalGroupTag=1\0AuthMethod=None\0", 0, 1);
    answerLogin("MaxRecvDataSegmentLength=4096\0FirstBurstLength=2048\0InitialR2T=No\0", 1, 3);
  }
  template <std::size_t N>
  void answerLogin(const char (&text)[N], std::uint8_t csg, std::uint8_t nsg) {
    drain(255);
    if (open_ == 0) return;
    LoginResponse response;
    response.transit = true;
    response.csg = csg;
    response.nsg = nsg;
    response.dataSegmentLength = N - 1;
    response.isid = setting().isid;
    response.tsih = nsg == 3 ? 7 : 0;
    response.initiatorTaskTag = kLoginTagBase | open_;
    response.statSn = statSn_++;
    response.expCmdSn = 1;
    response.maxCmdSn = 64;
    std::array<std::uint8_t, kBhsSize> head;
    response.encode(head);
    base::Bytes bytes(head.begin(), head.end());
    base::append(bytes, {reinterpret_cast<const std::uint8_t*>(text), N - 1});
    bytes.resize(kBhsSize + N - 1 + paddingOf(N - 1));
    session_.onBytes(open_, bytes, now_);
  }

  void lose() {
    const std::uint16_t cid = open_ != 0 ? open_ : waiting_;
    if (cid != 0) session_.onDisconnected(cid, "lost", now_);
  }

  // Takes some of the output and remembers whose tags it had.
  void drain(std::size_t most) {
    std::array<base::ByteView, 16> views;
    while (open_ != 0 && most != 0) {
      const std::size_t count = session_.gather(open_, views);
      if (count == 0) return;
      const std::size_t size = most == 255 ? views[0].size() : std::min(views[0].size(), most);
      base::append(output_, views[0].first(size));
      if (most != 255) most -= size;
      session_.sent(open_, size, now_);
      cut();
    }
  }
  void cut() {
    while (output_.size() >= kBhsSize) {
      const BasicHeader head = BasicHeader::load(BhsView(output_.data(), kBhsSize));
      const std::size_t size = kBhsSize + head.ahsSize() + head.dataSegmentLength + paddingOf(head.dataSegmentLength);
      if (output_.size() < size) return;
      if (head.initiatorTaskTag != kReservedTag) tags_.push_back(head.initiatorTaskTag);
      if (tags_.size() > 64) tags_.pop_front();
      output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(size));
    }
  }

  // A PDU of the target whose tag and StatSN are right, or what the input says instead.
  void say(Input& input) {
    constexpr std::uint8_t kOpcodes[] = {0x20, 0x21, 0x22, 0x24, 0x25, 0x25, 0x26, 0x31, 0x32, 0x3f};
    if (open_ == 0) return;
    std::array<std::uint8_t, kBhsSize> head{};
    head[0] = kOpcodes[input.byte() % std::size(kOpcodes)];
    head[1] = input.byte();
    head[2] = input.byte();
    head[3] = input.byte();
    const std::uint8_t choice = input.byte();
    const std::uint32_t size = input.byte() * (choice & 1U ? 1U : 16U);
    storeLengths(head, 0, size);
    storeWord(head, at::kTaskTag,
              tags_.empty() || (choice & 2U) != 0 ? kReservedTag : tags_[input.byte() % tags_.size()]);
    storeWord(head, at::kTransferTag, (choice & 4U) != 0 ? kReservedTag : input.byte());
    storeWord(head, at::kStatSn, statSn_ + ((choice & 8U) != 0 ? input.byte() : 0U));
    storeWord(head, at::kExpCmdSn, (choice & 16U) != 0 ? input.byte() : 2U);
    storeWord(head, at::kMaxCmdSn, (choice & 16U) != 0 ? input.byte() : 80U);
    storeWord(head, 36, (choice & 32U) != 0 ? input.byte() : 0U);
    storeWord(head, 40, input.byte() * 16U);
    storeWord(head, 44, input.byte() * 16U);
    if ((choice & 64U) != 0) ++statSn_;
    base::Bytes bytes(head.begin(), head.end());
    const base::ByteView data = input.take(std::min<std::size_t>(size, 64));
    base::append(bytes, data);
    bytes.resize(kBhsSize + size + paddingOf(size));
    // In two cuts, the second of them into the place where there is one.
    const std::size_t cutAt = std::min<std::size_t>(bytes.size(), kBhsSize + (choice & 128U ? size / 2 : 0));
    session_.onBytes(open_, base::ByteView(bytes).first(cutAt), now_);
    base::ByteView rest = base::ByteView(bytes).subspan(cutAt);
    if (open_ == 0) return;
    const std::span<std::uint8_t> wanted = session_.wanted(open_);
    const std::size_t placed = std::min(wanted.size(), rest.size());
    std::copy_n(rest.begin(), placed, wanted.begin());
    if (placed != 0) session_.placed(open_, placed, now_);
    if (open_ != 0) session_.onBytes(open_, rest.subspan(placed), now_);
  }

  NoCredentials credentials_;
  SentChallenges challenges_;
  RandomSource random_ = [](std::span<std::uint8_t> out) {
    std::fill(out.begin(), out.end(), std::uint8_t{4});
    return true;
  };
  base::TimePoint now_{std::chrono::seconds(1000)};
  std::vector<std::unique_ptr<Command>> commands_;
  std::uint16_t waiting_ = 0;
  std::uint16_t open_ = 0;
  std::uint32_t statSn_ = 1;
  base::Bytes output_;
  std::deque<std::uint32_t> tags_;
  InitiatorSession session_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto world = std::make_unique<World>();
  world->run(Input({data, size}));
  return 0;
}
