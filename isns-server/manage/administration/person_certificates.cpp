#include "isns-server/manage/administration/person_certificates.h"

#include <algorithm>

#include "isns-server/manage/row_cells.h"
#include "shared/base/clock.h"

namespace manage {

using mgmt::ProblemCode;

namespace {

std::string objectOf(std::string_view user) { return "user:" + std::string(user); }

}  // namespace

base::Status PersonCertificates::loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  if (table != keys::kCertificateTable) return {};
  Held held;
  if (auto status = keys::readRow(cells, held.record); !status) return status;
  if (keys::isAgents(held.record)) return {};
  const auto certificate = mgmt::Certificate::fromDer(held.record.der);
  if (!certificate) return base::fail(certificate.error());
  const auto identity = mgmt::identityOf(*certificate);
  if (!identity) return base::fail(identity.error());
  held.row = id;
  held.serial = certificate->serial();
  held.user = identity->name;
  held.issued = certificate->notBefore() + keys::kBackdate;
  held.durable = true;
  lastRow_ = std::max(lastRow_, id);
  held_.insert_or_assign(held.serial, std::move(held));
  return {};
}

std::vector<const PersonCertificates::Held*> PersonCertificates::ofUser(std::string_view user) const {
  std::vector<const Held*> found;
  for (const auto& [serial, one] : held_) {
    if (one.user == user) found.push_back(&one);
  }
  std::ranges::sort(found, {}, &Held::row);
  return found;
}

// ---- Issuing -------------------------------------------------------------------------------------------------------

// Rows that nobody needs go: a day after their end, so that a clock that is a little behind does not revive them, and the
// oldest void one of a user who has many.
void PersonCertificates::makeRoom(std::string_view user, std::vector<std::int64_t>& gone, base::WallTime believed) {
  std::erase_if(held_, [&](const auto& one) {
    if (believed < one.second.record.expires + keys::Days(1)) return false;
    gone.push_back(one.second.row);
    return true;
  });
  const auto kept = ofUser(user);
  if (kept.size() < kMaxKept) return;
  const auto oldest = std::ranges::find_if(kept, [](const Held* one) { return one->isVoid() && one->durable; });
  if (oldest == kept.end()) return;
  gone.push_back((*oldest)->row);
  held_.erase(held_.find((*oldest)->serial));
}

Wanted<PersonCertificates::Issued> PersonCertificates::issue(std::string_view user, std::string_view request,
                                                             std::uint64_t days, const Actor& actor,
                                                             const people::Login& maker, base::Now now,
                                                             base::WallTime believed) {
  if (!authority_.present()) return problem(ProblemCode::NotInitialised, {});
  if (days == 0 || days > static_cast<std::uint64_t>(keys::kPersonLifetime.count())) {
    return problem(ProblemCode::BadValue, "A certificate is good for 1 to 365 days.", "/days");
  }
  const auto csr = mgmt::CertificateRequest::read(base::asBytes(request));
  if (!csr) return problem(ProblemCode::BadValue, csr.error().text + ".", "/csr");
  const auto mine = ofUser(user);
  const auto live = std::ranges::count_if(
      mine, [&](const Held* one) { return !one->isVoid() && now.wall < one->record.expires; });
  if (static_cast<std::size_t>(live) >= kMaxLive) {
    return problem(ProblemCode::LimitReached, "A user has at most 8 certificates: make one void first.");
  }
  const auto made = authority_.authorities().current().issueClient(
      *csr, {mgmt::PeerKind::Person, std::string(user), {}, {}}, now.wall, random_,
      keys::Days(static_cast<int>(days)));
  if (!made) return problem(ProblemCode::Internal, made.error().text + ".");
  Issued issued;
  std::vector<std::int64_t> gone;
  makeRoom(user, gone, believed);
  Held held;
  held.row = ++lastRow_;
  held.serial = issued.serial = made->serial();
  held.user = user;
  held.issued = now.wall;
  held.record.der = made->der();
  held.record.expires = issued.expires = made->notAfter();
  held.record.issuedBy = actor.name;
  held.record.madeWith = maker;
  issued.chain = made->pem() + authority_.authorities().current().root().pem();
  for (const mgmt::Certificate& root : authority_.authorities().trusted(now.wall)) issued.ca += root.pem();
  issued.step.rows = [row = held.row, record = held.record, gone](store::OpsWriter& ops, std::uint64_t) {
    for (const std::int64_t one : gone) ops.erase(keys::kCertificateTable, one);
    keys::writeRow(ops, row, record);
  };
  // It is held from now on, so that what makes a user's certificates void meets it on its way, too.
  held_.insert_or_assign(held.serial, held);
  issued.step.committed = [this, serial = held.serial](std::uint64_t) {
    if (const auto found = held_.find(serial); found != held_.end()) found->second.durable = true;
  };
  issued.step.failed = [this, serial = held.serial] { held_.erase(serial); };
  issued.step.audit.push_back(auditOf<ops::AuditEvent::UserCertified>(
      actor, objectOf(user), {{"certificate", held.serial}, {"expires", base::unixSeconds(held.record.expires)}}));
  return issued;
}

// ---- What is void --------------------------------------------------------------------------------------------------

Step PersonCertificates::voidThese(const std::vector<Held*>& these, std::string_view why, const Actor& actor,
                                   base::Now now) {
  Step step;
  std::vector<std::pair<std::int64_t, keys::CertificateRow>> rows;
  std::vector<std::string> serials;
  for (Held* one : these) {
    one->record.revokedAt = now.wall;
    one->record.revokedBy = actor.name;
    one->record.reason = why;
    rows.emplace_back(one->row, one->record);
    serials.push_back(one->serial);
    step.audit.push_back(auditOf<ops::AuditEvent::UserCertificateVoided>(
        actor, objectOf(one->user), {{"certificate", one->serial}, {"why", why}}));
  }
  if (rows.empty()) return step;
  step.rows = [rows = std::move(rows)](store::OpsWriter& ops, std::uint64_t) {
    for (const auto& [row, record] : rows) keys::writeRow(ops, row, record);
  };
  step.failed = [this, serials = std::move(serials)] {
    for (const std::string& serial : serials) {
      const auto found = held_.find(serial);
      if (found != held_.end()) found->second.record.revokedAt = {};
    }
  };
  return step;
}

Wanted<Step> PersonCertificates::revoke(std::string_view user, std::string_view serial, const Actor& actor,
                                        base::Now now) {
  const auto found = held_.find(serial);
  if (found == held_.end() || found->second.user != user || found->second.isVoid()) {
    return problem(ProblemCode::NoSuchObject,
                   std::string(user) + " has no certificate " + std::string(serial) + " that is good.");
  }
  return voidThese({&found->second}, "revoked", actor, now);
}

Step PersonCertificates::voidAll(std::string_view user, std::string_view why, const Actor& actor, base::Now now) {
  std::vector<Held*> these;
  for (auto& [serial, one] : held_) {
    if (one.user == user && !one.isVoid()) these.push_back(&one);
  }
  return voidThese(these, why, actor, now);
}

PersonCertificates::Ended PersonCertificates::voidMadeWith(const people::Login& maker, std::string_view why,
                                                           const Actor& actor, base::Now now) {
  Ended ended;
  std::vector<Held*> these;
  for (auto& [serial, one] : held_) {
    if (one.record.madeWith != maker || one.isVoid()) continue;
    these.push_back(&one);
    ended.serials.push_back(serial);
  }
  ended.step = voidThese(these, why, actor, now);
  return ended;
}

// ---- Logins --------------------------------------------------------------------------------------------------------

base::Result<const PersonCertificates::Held*, PersonCertificates::Refused> PersonCertificates::find(
    base::ByteView der, const people::Users& users, keys::ClockVerdict clock, base::Now now) const {
  Refused refused;
  const auto refuse = [&](std::string_view word, std::string text) -> base::Failure<Refused> {
    refused.word = word;
    refused.why.text = std::move(text);
    return {std::move(refused)};
  };
  const auto certificate = mgmt::Certificate::fromDer(der);
  if (!certificate) return refuse("malformed", certificate.error().text);
  if (const auto claimed = mgmt::identityOf(*certificate)) refused.user = claimed->name;
  refused.serial = certificate->serial();
  if (!authority_.present()) return refuse("foreign-authority", "the server has no authority yet");
  const std::vector<mgmt::Certificate> chain{*certificate};
  const keys::Revocations none;  // those of people are known by their rows
  const auto found = held_.find(refused.serial);
  const bool known = found != held_.end() && found->second.durable && found->second.record.der == certificate->der();
  const auto identity = keys::checkClient(chain, {authority_.authorities(), none, known}, clock, now.wall);
  if (!identity) return refuse(keys::peerFaultWord(identity.error().fault), identity.error().text);
  if (identity->kind != mgmt::PeerKind::Person) return refuse("no-person", "the certificate is an agent's, not a person's");
  if (!known) return refuse("unknown", "the server does not know this certificate");
  const Held& one = found->second;
  if (one.isVoid()) return refuse("revoked", "the certificate has been revoked");
  const auto who = users.principalOf(*identity);
  if (!who) return refuse("disabled", who.error().text);
  if (users.find(one.user)->madeAt > one.issued) {
    return refuse("other-user", "the certificate is of a former user of this name");
  }
  return &one;
}

PersonCertificates::Refused PersonCertificates::turnAway(base::ByteView der, const people::Users& users,
                                                        keys::ClockVerdict clock, base::Now now) const {
  auto found = find(der, users, clock, now);
  if (!found) return std::move(found).error();
  // It holds for us, and the handshake said no.
  return {{keys::PeerFault::Malformed, "TLS did not accept the certificate"}, "handshake", (*found)->user, (*found)->serial};
}

bool PersonCertificates::isBelieved(Held& one, base::WallTime now) const {
  if (!authority_.present()) return false;
  if (one.judgedOf != authority_.version()) {
    const auto certificate = mgmt::Certificate::fromDer(one.record.der);
    one.believedUntil = certificate ? authority_.authorities().believedUntil(*certificate) : base::WallTime{};
    one.judgedOf = authority_.version();
  }
  return now < one.believedUntil;
}

bool PersonCertificates::stands(std::string_view user, std::string_view serial, base::WallTime now) {
  const auto found = held_.find(serial);
  return found != held_.end() && found->second.user == user && !found->second.isVoid() &&
         now < found->second.record.expires && isBelieved(found->second, now);
}

bool PersonCertificates::note(const Held& one, std::string_view address, base::TimePoint now) {
  Held& held = held_.find(one.serial)->second;
  const bool rested = now - held.usedAt >= kRest;
  held.usedAt = now;
  const auto since = now - held.recordedAt;
  const bool elsewhere = held.address != address;
  if (held.recorded && (since < kRecordPace || (!rested && !elsewhere && since < kRecordEvery))) return false;
  held.recorded = true;
  held.recordedAt = now;
  held.address = address;
  return true;
}

}  // namespace manage
