// FakeServer: what a Registrar speaks with in a test. Reads its requests whole, remembers registered nodes and portals,
// and answers as a plain server would, unless the test gives another status for a kind of request. No sockets, no time.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "agent/registrar/registrar.h"
#include "shared/isns/message_writer.h"

namespace test {

namespace tag = isns::tag;

class FakeServer {
 public:
  std::map<isns::Function, isns::Status> statuses;  // in the place of success
  std::set<std::string> silentTo;                   // names of functions that get no answer
  isns::Status answersStrangers = isns::Status::SourceUnknown;  // who ask from names that it does not have
  bool refusesEsi = false;
  std::string answersFor;    // the EID of answers; empty: as asked
  std::uint32_t period = 0;  // that it grants; 0: as asked
  bool inquires = false;     // the registration that stands asks for inquiries
  std::set<std::string> nodes;
  std::string entity;             // that has them; another one may not register meanwhile
  std::vector<std::string> seen;  // the requests, by the names of their functions
  struct Target {
    std::string name;
    isns::PortalAddress portal;
  };
  std::vector<Target> targets;  // whom everybody sees

  std::uint32_t noticePort = 0;  // as it was registered; 0: none

  void forget() { nodes.clear(); }

  // The bytes of its answers.
  base::Bytes take(base::ByteView bytes) {
    base::Bytes out;
    struct Sink {
      FakeServer& server;
      base::Bytes& out;
      bool onMessage(const isns::Message& message) {
        server.answer(message, out);
        return true;
      }
      bool onFault(const isns::FramingFault&) {
        ADD_FAILURE() << "a fault of framing";
        return true;
      }
    };
    assembler_.feed(bytes, Sink{*this, out});
    return out;
  }

 private:
  void answer(const isns::Message& message, base::Bytes& out) {
    const auto attributes = isns::readAttributes(message.payload);
    ASSERT_TRUE(attributes && !attributes->empty());
    const isns::FunctionRow* const row = isns::findFunction(message.function);
    ASSERT_NE(row, nullptr);
    const auto function = static_cast<isns::Function>(message.function);
    seen.emplace_back(row->name);
    if (silentTo.contains(std::string(row->name))) return;
    const auto given = statuses.find(function);
    const std::string source((*attributes)[0].text());
    isns::Status status = given == statuses.end() ? isns::Status::Successful : given->second;
    const bool asks = function == isns::Function::DevAttrQry || function == isns::Function::SCNReg;
    const bool stranger = asks && !nodes.contains(source);
    if (status == isns::Status::Successful && stranger) status = answersStrangers;
    if (function == isns::Function::DevAttrReg && !nodes.empty() && (*attributes)[1].text() != entity)
      status = isns::Status::SourceUnauthorized;
    const auto isEsi = [](const isns::AttributeValue& one) { return one.tag == tag::kEsiInterval; };
    if (refusesEsi && std::ranges::any_of(*attributes, isEsi)) status = isns::Status::EsiNotAvailable;
    if (function == isns::Function::DevAttrReg) inquires = std::ranges::any_of(*attributes, isEsi);
    auto writer = isns::MessageWriter::response(out, message.function, message.transactionId, status);
    if (status == isns::Status::Successful && !stranger) fill(function, *attributes, writer.attributes());
    writer.finish();
  }

  void fill(isns::Function function, const isns::AttributeValues& request, isns::AttributeWriter& answer) {
    if (function == isns::Function::DevAttrReg) {
      nodes.clear();
      entity = request[1].text();
      portals_.clear();
      noticePort = 0;
      for (const isns::Object& object : isns::groupObjects(std::span(request).subspan(3))) {
        if (const auto port = object.u32(tag::kScnPort)) noticePort = *port;
        if (object.type == isns::ObjectType::Node) nodes.emplace(object.text(tag::kIscsiName));
        if (object.type == isns::ObjectType::Portal)
          portals_.push_back({*object.find(tag::kPortalIp)->ip(), *object.u32(tag::kPortalPort)});
      }
      answer.text(tag::kEntityId, answersFor.empty() ? request[1].text() : answersFor);
      answer.delimiter();
      for (const isns::AttributeValue& one : request) {
        if (one.tag == tag::kRegistrationPeriod) answer.u32(one.tag, period != 0 ? period : *one.u32());
      }
    } else if (function == isns::Function::DevAttrQry && request[1].tag == tag::kNodeType) {
      answer.copy(request[1].view());
      answer.delimiter();
      for (const Target& target : targets) {
        answer.text(tag::kIscsiName, target.name);
        answer.u32(tag::kNodeType, isns::node_type::kTarget);
        answer.text(tag::kPgIscsiName, target.name);
        answer.ip(tag::kPgPortalIp, target.portal.ip);
        answer.u32(tag::kPgPortalPort, target.portal.port);
        answer.u32(tag::kPgTag, 1);
      }
    } else if (function == isns::Function::DevAttrQry) {
      answer.copy(request[1].view());
      answer.delimiter();
      answer.copy(request[1].view());
      for (const isns::PortalAddress& portal : portals_) {
        answer.ip(tag::kPortalIp, portal.ip);
        answer.u32(tag::kPortalPort, portal.port);
        if (noticePort != 0) answer.u32(tag::kScnPort, noticePort);
      }
    } else if (function == isns::Function::DevDereg) {
      nodes.clear();
    }
  }

  isns::MessageAssembler assembler_{{}};
  std::vector<isns::PortalAddress> portals_;
};

}  // namespace test
