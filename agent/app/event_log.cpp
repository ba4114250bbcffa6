#include "agent/app/event_log.h"

namespace agent {

std::string_view proofWord(iscsi::Proof proof) {
  switch (proof) {
    case iscsi::Proof::ClaimedName:
      return "none";
    case iscsi::Proof::Chap:
      return "chap";
    case iscsi::Proof::MutualChap:
      break;
  }
  return "mutual";
}

void EventLog::onLoginRefused(const target::RefusedLogin& refused) {
  if (refused.probe) {
    metrics_.at<Metric::ProbesRefused>().add();
    return log_.write<Event::ProbeRefused>(base::now(), {{"peer", refused.peer.text()},
                                                         {"initiator", refused.initiator},
                                                         {"target", refused.target},
                                                         {"why", refused.why}});
  }
  metrics_.at<Metric::LoginsRefused>(loginStatusLabel(refused.status)).add();
  const bool answered = refused.status != iscsi::LoginStatus::Success;
  log_.write<Event::LoginRefused>(
      base::now(), {{"peer", refused.peer.text()},
                    {"initiator", refused.initiator},
                    {"target", refused.target},
                    {"status", answered ? iscsi::loginStatusName(refused.status) : std::string_view("none")},
                    {"why", refused.why}});
}

void EventLog::onSessionOpened(const target::SessionFacts& session) {
  metrics_.at<Metric::SessionsOpened>().add();
  const std::string peer = session.connections.empty() ? std::string() : session.connections[0].peer.text();
  log_.write<Event::SessionOpened>(base::now(), {{"session", session.id},
                                                 {"initiator", session.initiator},
                                                 {"target", session.target},
                                                 {"peer", peer},
                                                 {"proof", proofWord(session.identity.proof)}});
}

void EventLog::onSessionEnded(const target::SessionFacts& session, std::string_view why) {
  log_.write<Event::SessionEnded>(
      base::now(),
      {{"session", session.id}, {"initiator", session.initiator}, {"target", session.target}, {"why", why}});
}

void EventLog::onConnectionFault(const target::ConnectionFault& fault) {
  log_.write<Event::ConnectionFault>(
      base::now(),
      {{"peer", fault.peer.text()}, {"initiator", fault.initiator}, {"target", fault.target}, {"why", fault.why}});
}

}  // namespace agent
