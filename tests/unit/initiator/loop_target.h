// A target on the test's own loop, over real sockets: logins are answered by a LoginTarget, commands by the test.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/iscsi/control_pdu.h"
#include "agent/iscsi/data_pdu.h"
#include "agent/iscsi/scsi_pdu.h"
#include "shared/net/listener.h"
#include "shared/net/stream.h"
#include "tests/unit/iscsi/login_fixture.h"

namespace initiator_test {

// What the target answers to a command.
struct Answer {
  std::uint8_t status = 0;
  base::Bytes sense;
  base::Bytes data;    // data-in, with status GOOD
  bool drops = false;  // the connection is closed instead
  bool none = false;   // nothing comes
  bool later = false;  // what comes is told by answerHeld()
};

class LoopTarget final : private net::ListenerOwner {
 public:
  static constexpr std::uint32_t kWindow = 32;  // commands that it lets out at a time

  explicit LoopTarget(net::Loop& loop) : loop_(loop), listener_(loop, *this) {
    access.answer.policy = iscsi_test::policyOf(true, true);
    (void)access.answer.wishes.set(iscsi::Key::DefaultTime2Wait, 0);
    (void)access.answer.wishes.set(iscsi::Key::InitialR2T, 0);
    (void)access.answer.wishes.set(iscsi::Key::MaxRecvDataSegmentLength, 262144);
    EXPECT_TRUE(listener_.listen(net::Address::v4(127, 0, 0, 1, 0)));
  }

  [[nodiscard]] std::string portal() const { return listener_.local().text(); }

  std::function<Answer(const iscsi::ScsiCommand&)> onCommand = [](const iscsi::ScsiCommand&) { return Answer{}; };
  iscsi_test::FakeAccess access;
  int logins = 0;
  bool ignoresFunctions = false;  // no task management is answered
  int functions = 0;
  std::vector<base::Bytes> written;  // immediate data

  // To each command whose answer was to come later.
  void answerHeld(const Answer& answer) {
    for (const auto& connection : connections_) connection->answerHeld(answer);
  }

 private:
  class Connection final : public net::StreamOwner {
   public:
    Connection(LoopTarget& target, net::Loop& loop) : target_(target), stream_(loop, *this) {}

    void accept(net::UniqueFd fd, const net::Address& peer) { EXPECT_TRUE(stream_.accept(std::move(fd), peer)); }
    std::size_t onData(net::Stream&, base::ByteView bytes) override {
      (void)reader_.feed(bytes, *this);
      if (drops_) stream_.close();
      return bytes.size();
    }
    void onEof(net::Stream& stream) override { stream.close(); }
    void onClosed(net::Stream&, const net::Closed&) override {}

    // Of the reader.
    iscsi::Placement onHeader(const iscsi::PduHead& head) {
      data_.resize(head.basic.dataSegmentLength);
      return iscsi::Placement::into(data_);
    }
    bool onPdu(const iscsi::PduHead& head, iscsi::DataVerdict) {
      if (!ready_) {
        logIn(head);
      } else if (const auto command = iscsi::ScsiCommand::decode(head.bhs())) {
        if (!data_.empty()) target_.written.push_back(data_);
        answer(*command);
      } else if (const auto function = iscsi::TaskManagementRequest::decode(head.bhs())) {
        ++target_.functions;
        if (target_.ignoresFunctions) return !drops_;
        iscsi::TaskManagementResponse response;
        response.initiatorTaskTag = function->initiatorTaskTag;
        send(response, {});
      } else if (const auto logout = iscsi::LogoutRequest::decode(head.bhs())) {
        iscsi::LogoutResponse response;
        response.initiatorTaskTag = logout->initiatorTaskTag;
        send(response, {});
      }
      return !drops_;
    }
    void onFault(const iscsi::ReadFault&) { ADD_FAILURE() << "the initiator sends what cannot be cut"; }
    void answerHeld(const Answer& answer) {
      for (const iscsi::ScsiCommand& command : std::exchange(held_, {})) give(answer, command);
    }

   private:
    void logIn(const iscsi::PduHead& head) {
      const auto request = iscsi::LoginRequest::decode(head.bhs());
      ASSERT_TRUE(request);
      if (!login_) {
        ++target_.logins;
        sessions_.joined = {iscsi::LoginStatus::Success, 7, request->cmdSn, request->cmdSn + kWindow - 1};
        login_ = std::make_unique<iscsi::LoginTarget>(
            iscsi::LoginTargetSetting{},
            iscsi::LoginTargetPorts{target_.access, credentials_, sessions_, challenges_, random_});
      }
      login_->onRequest(*request, data_, iscsi_test::kStart);
      const auto reply = login_->takeReply();
      ASSERT_TRUE(reply);
      statSn_ = reply->header.statSn + 1;
      ready_ = login_->state() == iscsi::LoginTarget::State::Agreed;
      if (ready_) reader_.configure({{}, 1U << 20});
      write(reply->header, reply->text);
      if (login_->state() == iscsi::LoginTarget::State::Failed) stream_.closeAfterFlush();
    }
    void answer(const iscsi::ScsiCommand& command) {
      expCmdSn_ = command.cmdSn + 1;
      const Answer answer = target_.onCommand(command);
      if (answer.later) held_.push_back(command);
      if (!answer.none && !answer.later) give(answer, command);
    }
    void give(const Answer& answer, const iscsi::ScsiCommand& command) {
      if (answer.drops) {
        drops_ = true;
      } else if (!answer.data.empty()) {
        iscsi::DataIn pdu;
        pdu.initiatorTaskTag = command.initiatorTaskTag;
        pdu.final = pdu.hasStatus = true;
        send(pdu, answer.data);
      } else {
        iscsi::ScsiResponse pdu;
        pdu.initiatorTaskTag = command.initiatorTaskTag;
        pdu.status = answer.status;
        base::Bytes sense;
        if (!answer.sense.empty()) sense = {0, static_cast<std::uint8_t>(answer.sense.size())};
        base::append(sense, answer.sense);
        send(pdu, sense);
      }
    }
    template <class Pdu>
    void send(Pdu pdu, base::ByteView data) {
      pdu.statSn = statSn_++;
      pdu.expCmdSn = expCmdSn_;
      pdu.maxCmdSn = expCmdSn_ + kWindow - 1;
      write(pdu, data);
    }
    template <class Pdu>
    void write(const Pdu& pdu, base::ByteView data) {
      std::array<std::uint8_t, iscsi::kBhsSize> head;
      pdu.encode(head);
      iscsi::storeLengths(head, 0, static_cast<std::uint32_t>(data.size()));
      base::Bytes bytes(head.begin(), head.end());
      base::append(bytes, data);
      bytes.resize(bytes.size() + iscsi::paddingOf(data.size()));
      stream_.write(std::move(bytes));
    }

    LoopTarget& target_;
    net::Stream stream_;
    iscsi::PduReader reader_;
    base::Bytes data_;
    std::unique_ptr<iscsi::LoginTarget> login_;
    iscsi_test::FakeCredentials credentials_;
    iscsi_test::FakeSessions sessions_;
    iscsi::SentChallenges challenges_;
    iscsi::RandomSource random_ = iscsi_test::counting(5);
    std::vector<iscsi::ScsiCommand> held_;
    std::uint32_t statSn_ = 0;
    std::uint32_t expCmdSn_ = 1;
    bool ready_ = false;
    bool drops_ = false;
  };

  void onAccepted(net::Listener&, net::UniqueFd fd, const net::Address& peer) override {
    connections_.push_back(std::make_unique<Connection>(*this, loop_));
    connections_.back()->accept(std::move(fd), peer);
  }
  void onAcceptFailed(net::Listener&, const base::Error& why) override { ADD_FAILURE() << why.text; }

  net::Loop& loop_;
  net::Listener listener_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace initiator_test
