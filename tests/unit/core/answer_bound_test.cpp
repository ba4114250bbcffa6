// What an answer takes on its way: an answer that is too long is given up where it outgrows its bound, not when it is done.
#include "shared/isns/status.h"
#include "tests/unit/core/server_fixture.h"

namespace {

using core::Disposition;
using isns::Function;
namespace tag = isns::tag;

constexpr std::size_t kBound = 10'000;
constexpr int kNodes = 400;  // with names of 200 bytes

class AnswerBoundTest : public test::ServerTest {
 protected:
  AnswerBoundTest() {
    start([](core::Policy& policy) { policy.maxResponse = kBound; });
    core::Session control{1, 0};
    const auto entity = [](isns::AttributeWriter& out) {
      out.text(tag::kIscsiName, test::kControl);
      out.text(tag::kEntityId, "crowd");
      out.delimiter();
      out.text(tag::kEntityId, "crowd");
      out.ip(tag::kPortalIp, isns::IpAddress{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1});
      out.u32(tag::kPortalPort, 3260);
      for (int i = 0; i < kNodes; ++i) {
        out.text(tag::kIscsiName, nameOf(i));
        out.u32(tag::kNodeType, isns::node_type::kTarget);
      }
    };
    EXPECT_EQ(ask(control, Function::DevAttrReg, entity), Disposition::Held);
    const auto domain = [](isns::AttributeWriter& out) {
      out.text(tag::kIscsiName, test::kControl);
      out.delimiter();
      for (int i = 0; i < kNodes; ++i) out.text(tag::kDdMemberIscsiName, nameOf(i));
    };
    EXPECT_EQ(ask(control, Function::DDReg, domain), Disposition::Held);
    EXPECT_TRUE(commit(core::CommitResult::Committed));
    server_->snapshot().domains.forEach([&](core::Index i, const core::Domain&) { domain_ = i; });
  }
  static std::string nameOf(int i) { return "iqn.2001-01.com.example:" + std::string(170, 'x') + std::to_string(i); }
  template <class Key>
  void expectGivenUp(Function function, Key&& key, std::initializer_list<isns::Tag> asked) {
    core::Session session{2, 0};
    const auto message = [&](isns::AttributeWriter& out) {
      out.text(tag::kIscsiName, test::kControl);
      key(out);
      out.delimiter();
      for (const isns::Tag one : asked) out.empty(one);
    };
    ASSERT_EQ(ask(session, function, message), Disposition::Answered);
    EXPECT_EQ(static_cast<isns::Status>(base::loadU32(answer_.data() + isns::kPduHeaderSize)), isns::Status::Busy);
    // A vector may double; the whole answer would be 80,000 bytes and more.
    EXPECT_LT(answer_.capacity(), 3 * kBound);
  }

  core::Index domain_ = 0;
};

TEST_F(AnswerBoundTest, HoldsForTheMembersOfADomain) {
  const auto domain = [this](isns::AttributeWriter& out) { out.u32(tag::kDdId, domain_); };
  expectGivenUp(Function::DevAttrQry, domain, {tag::kIscsiName});
  expectGivenUp(Function::DevAttrQry, domain, {tag::kDdMemberIscsiName});
  expectGivenUp(Function::DevAttrQry, domain, {});
}

TEST_F(AnswerBoundTest, HoldsForTheObjectsOfAnEntity) {
  const auto entity = [](isns::AttributeWriter& out) { out.text(tag::kEntityId, "crowd"); };
  expectGivenUp(Function::DevAttrQry, entity, {tag::kIscsiName});
  expectGivenUp(Function::DevAttrQry, entity, {tag::kPgIscsiName});
}

TEST_F(AnswerBoundTest, HoldsForTheNodesOfAPortal) {
  const auto portal = [](isns::AttributeWriter& out) { out.u32(tag::kPortalIndex, 1); };
  expectGivenUp(Function::DevAttrQry, portal, {tag::kIscsiName});
  expectGivenUp(Function::DevAttrQry, portal, {tag::kPgIscsiName});
}

TEST_F(AnswerBoundTest, HoldsForTheNextDomain) {
  const auto first = [](isns::AttributeWriter& out) { out.empty(tag::kDdId); };
  expectGivenUp(Function::DevGetNext, first, {tag::kDdMemberIscsiName});
  expectGivenUp(Function::DevGetNext, first, {});
}

// What does not fit into a datagram would be lost without a word (RFC 4171 2.9.2: one PDU in each).
class DatagramBoundTest : public test::ServerTest {
 protected:
  static constexpr int kLong = 200;  // bytes of a name

  DatagramBoundTest() {
    start([](core::Policy& policy) { policy.controlNodes.front().key = "admin"; });
    arrival_.peer.authenticatedSpi = "admin";
  }
  static std::string nameOf(int i) {
    return "iqn.2001-01.com.example:" + std::string(kLong - 30, 'x') + std::to_string(100'000 + i);
  }
  Disposition registers(int nodes) {
    return ask(session_, Function::DevAttrReg, [&](isns::AttributeWriter& out) {
      out.text(tag::kIscsiName, test::kControl);
      out.text(tag::kEntityId, "crowd");
      out.delimiter();
      out.text(tag::kEntityId, "crowd");
      for (int i = 0; i < nodes; ++i) out.text(tag::kIscsiName, nameOf(i));
    });
  }
  isns::Status status() const {
    return static_cast<isns::Status>(base::loadU32(answer_.data() + isns::kPduHeaderSize));
  }
  isns::Status asks(bool udp, bool signs) {
    arrival_.peer.udp = udp;
    arrival_.signAnswer = signs;
    const auto message = [&](isns::AttributeWriter& out) {
      out.text(tag::kIscsiName, test::kControl);
      out.delimiter();
      out.empty(tag::kIscsiName);
    };
    EXPECT_EQ(ask(session_, Function::DevAttrQry, message), Disposition::Answered);
    return status();
  }
  core::Session session_{1, 0};
};

TEST_F(DatagramBoundTest, AQueryWhoseAnswerFitsIntoNoDatagramGetsStatus12) {
  ASSERT_EQ(registers(300), Disposition::Held);  // names that take 212 bytes in an answer: 63,600
  ASSERT_TRUE(commit(core::CommitResult::Committed));
  EXPECT_EQ(asks(false, true), isns::Status::Successful);
  EXPECT_EQ(asks(true, false), isns::Status::Successful);
  EXPECT_LE(answer_.size(), isns::kMaxDatagram);
  EXPECT_EQ(asks(true, true), isns::Status::Busy) << "beside a signature there is no room";
  arrival_.peer.udp = false;
  ASSERT_EQ(registers(400), Disposition::Held);
  ASSERT_TRUE(commit(core::CommitResult::Committed));
  EXPECT_EQ(asks(true, false), isns::Status::Busy);
  EXPECT_EQ(asks(false, false), isns::Status::Successful);
}

TEST_F(DatagramBoundTest, AChangeWhoseAnswerFitsIntoNoDatagramIsNotMade) {
  arrival_.peer.udp = true;
  ASSERT_EQ(registers(400), Disposition::Answered);
  EXPECT_EQ(status(), isns::Status::Busy);
  EXPECT_FALSE(commit(core::CommitResult::Committed));
  EXPECT_EQ(server_->snapshot().nodes.size(), 0U);
}

// A refusal says what it refuses only where that fits.
TEST_F(DatagramBoundTest, ALongRefusalComesWithoutWhatItRefuses) {
  ASSERT_EQ(registers(400), Disposition::Held);
  ASSERT_TRUE(commit(core::CommitResult::Committed));
  arrival_.peer.authenticatedSpi = {};
  const auto foreign = [&](isns::AttributeWriter& out) {
    out.text(tag::kIscsiName, "iqn.2001-01.com.example:stranger");
    out.delimiter();
    for (int i = 0; i < 400; ++i) out.text(tag::kIscsiName, nameOf(i));
  };
  for (const bool udp : {false, true}) {
    arrival_.peer.udp = udp;
    ASSERT_EQ(ask(session_, Function::DevDereg, foreign), Disposition::Answered);
    EXPECT_EQ(status(), isns::Status::SourceUnauthorized);
    EXPECT_EQ(answer_.size() > isns::kMaxDatagram, !udp);
  }
}

}  // namespace
