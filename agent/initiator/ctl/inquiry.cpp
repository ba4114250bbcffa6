// `sanctl iscsi inquiry` and `sanctl iscsi luns` (SPC-4 6.4, 6.33).

#include "agent/initiator/ctl/client.h"
#include "agent/initiator/ctl/handlers.h"
#include "agent/initiator/ctl/inquiry_pages.h"
#include "shared/base/whole_number.h"

namespace initiator_ctl {
namespace {

using base::Json;

constexpr std::size_t kInquirySize = 1024;           // bytes; no page of a disk is longer than a few hundred
constexpr std::size_t kReportLunsSize = 128 * 1024;  // 16383 LUNs

struct Inquired {
  base::Bytes data;  // what came
  bool good = false;
};

ctl::Asked<Inquired> ask(Client& client, initiator::LogicalUnit& unit, std::optional<std::uint8_t> page) {
  Inquired answer{base::Bytes(kInquirySize), false};
  Asking request;
  initiator::setInquiry(request, page, answer.data);
  if (const auto asked = client.ask(unit, request); !asked) return base::fail(asked.error());
  answer.good = request.result.good();
  answer.data.resize(answer.good ? request.result.received : 0);
  if (!page && !answer.good) return base::fail(commandFailure("INQUIRY failed", request.result));
  return answer;
}

ctl::Outcome appendPage(Client& client, initiator::LogicalUnit& unit, std::uint8_t page,
                        std::vector<ctl::Section>& sections) {
  const auto answer = ask(client, unit, page);
  if (!answer) return base::fail(answer.error());
  if (answer->good) sections.push_back(vitalPage(page, answer->data));
  return {};
}

ctl::Asked<std::vector<ctl::Section>> inquireAll(Client& client, initiator::LogicalUnit& unit) {
  std::vector<ctl::Section> sections;
  const auto standard = ask(client, unit, std::nullopt);
  if (!standard) return base::fail(standard.error());
  sections.push_back(standardInquiry(standard->data));
  const auto pages = ask(client, unit, std::uint8_t{0});
  if (!pages) return base::fail(pages.error());
  if (!pages->good) return sections;
  sections.push_back(vitalPage(0, pages->data));
  for (const std::uint8_t page : supportedPages(pages->data)) {
    if (page == 0) continue;
    if (const auto added = appendPage(client, unit, page, sections); !added) return base::fail(added.error());
  }
  return sections;
}

struct UnitFacts {
  std::string vendor, product, type, serial;
  ctl::Cell bytes, blockSize, thin;
};

ctl::Asked<UnitFacts> factsOf(Client& client, initiator::LogicalUnit& unit) {
  UnitFacts facts;
  const auto standard = ask(client, unit, std::nullopt);
  if (!standard) return base::fail(standard.error());
  facts.vendor = inquiryText(standard->data, 8, 8);
  facts.product = inquiryText(standard->data, 16, 16);
  const std::uint8_t type = standard->data.empty() ? std::uint8_t{0x1f} : standard->data[0];
  facts.type = deviceTypeName(type);
  const auto serial = ask(client, unit, std::uint8_t{0x80});
  if (!serial) return base::fail(serial.error());
  if (serial->data.size() > 4) facts.serial = inquiryText(serial->data, 4, base::loadU16(&serial->data[2]));
  if ((type & 0x1f) != 0) return facts;
  // A disk that is not ready has no capacity, and is listed all the same.
  const auto capacity = client.capacity(unit);
  if (!capacity && capacity.error().exit != ctl::Exit::Refused) return base::fail(capacity.error());
  if (!capacity) return facts;
  facts.bytes = base::Json(capacity->bytes());
  facts.blockSize = base::Json(capacity->blockSize);
  facts.thin = base::Json(capacity->thin);
  return facts;
}

ctl::Output outputOf(const ctl::Invocation& invocation, ctl::Context& context) {
  return {context.out, ctl::parseFormat(invocation.one("--output").value_or("table")).value_or(ctl::Format::Table)};
}

}  // namespace

ctl::Outcome inquiry(const ctl::Invocation& invocation, ctl::Context& context) {
  std::optional<std::uint8_t> page;
  if (const auto text = invocation.one("--page")) {
    page = base::wholeNumber<std::uint8_t>(*text, 16);
    if (!page) {
      return base::fail(ctl::usageFailure("wrong page", "\"" + std::string(*text) + "\"",
                                          "two hexadecimal digits are wanted, as in 83"));
    }
  }
  auto to = readDestination(invocation.one("URL").value_or(""), Wanted::Unit, invocation, context);
  if (!to) return base::fail(to.error());
  const std::uint32_t lun = *to->url.lun;
  net::Loop loop;
  Client client(loop, std::move(*to), invocation.has("--verbose") ? &context.err : nullptr);
  if (const auto connected = client.connect(); !connected) return connected;
  initiator::LogicalUnit unit(client.session(), lun);
  std::vector<ctl::Section> sections;
  if (page) {
    if (const auto added = appendPage(client, unit, *page, sections); !added) return added;
    if (sections.empty())
      return base::fail(ctl::Failure{ctl::Exit::Empty, "no such page", "the unit does not have it", ""});
  } else {
    auto all = inquireAll(client, unit);
    if (!all) return base::fail(all.error());
    sections = std::move(*all);
  }
  client.close();
  outputOf(invocation, context).report(sections);
  return {};
}

ctl::Outcome luns(const ctl::Invocation& invocation, ctl::Context& context) {
  auto to = readDestination(invocation.one("URL").value_or(""), Wanted::Target, invocation, context);
  if (!to) return base::fail(to.error());
  net::Loop loop;
  Client client(loop, std::move(*to), invocation.has("--verbose") ? &context.err : nullptr);
  if (const auto connected = client.connect(); !connected) return connected;
  initiator::LogicalUnit zero(client.session(), 0);
  base::Bytes data(kReportLunsSize);
  Asking request;
  initiator::setReportLuns(request, data);
  if (const auto asked = client.askGood(zero, request, "REPORT LUNS failed"); !asked) return asked;
  ctl::Sheet sheet;
  sheet.columns = {{"lun", "LUN"},          {"vendor", "VENDOR"}, {"product", "PRODUCT"},       {"serial", "SERIAL"},
                   {"device_type", "TYPE"}, {"bytes", "BYTES"},   {"block_size", "BLOCK SIZE"}, {"thin", "THIN"}};
  for (const std::uint32_t number : initiator::readLuns(base::ByteView(data).first(request.result.received))) {
    initiator::LogicalUnit unit(client.session(), number);
    const auto facts = factsOf(client, unit);
    if (!facts) return base::fail(facts.error());
    sheet.rows.push_back({base::Json(number), base::Json(facts->vendor), base::Json(facts->product),
                          base::Json(facts->serial), base::Json(facts->type), facts->bytes, facts->blockSize,
                          facts->thin});
  }
  client.close();
  outputOf(invocation, context).sheet(sheet);
  return {};
}

}  // namespace initiator_ctl
