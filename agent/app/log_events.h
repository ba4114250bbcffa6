// The log events of the agent, one row each: id, severity, name, fields, rate, and what it means for an administrator.
//
// Ids never change and are never used again; a new event gets the next free one of its hundred. What peers can provoke
// has a rate.
#pragma once

#include "shared/ops/in_order.h"
#include "shared/ops/log.h"

namespace agent {

enum class Event : std::uint16_t {
  Started,
  Stopping,
  Stopped,
  Reloaded,
  ConfigError,
  RestartNeeded,
  StartFailed,
  EngineChosen,
  ChangeSuperseded,

  LoginRefused,
  SessionOpened,
  SessionEnded,
  ConnectionFault,

  UnitOpened,
  UnitFailed,
  UnitClosed,

  Changed,
  ChangeNotSaved,
  StateSaveFailed,
  ControlRefused,
  ControlGroupFailed,

  Registered,
  NotRegistered,
  NotRegistrable,
  ZoneChanged,
  ZonesNotSaved,
  NoticeRefused,
  ServersLeased,
  ServerFound,
  ServerLost,
  SourceUnavailable,
  InquiriesUnheard,
  InquiriesHeard,
  PeersRefused,
  ServersLeftOut,

  DiskOpened,
  DiskWaiting,
  DiskLost,
  DiskBack,
  DiskSizeChanged,
  DiskStopping,
  DiskClosed,
  DiskNotFlushed,
  DiskClientCame,
  DiskClientLeft,
  DiskClientFault,
  DiskClientRefused,
  DiskDirected,
  DiskConfigured,
  DiskPathUp,
  DiskPathLost,
  DiskPathRefused,
  DiskPathAnother,
  DiskRefused,
  DiskControlRefused,
  DiskFileServed,
  DiskFileEnded,

  Enrolled,
  NotEnrolled,
  ManagementLinked,
  ManagementAway,
  ManagementRefused,
  CertificateRenewed,
  ManagementTrouble,
  StateApplied,
  StateNotSaved,
  StateLost,
  ManagementLeft,
  NameServersNamed,
  NameServersNotNamed,
  GlassBroken,
  GlassMended,
  GlassLost,
  LoginsClosed,
  LoginsOpened,
  LastWordNotSaved,
  PortalAsked,
  PortalSilent,
  ProbeRefused,

  HelperThere,
  HelperAway,
  TargetWatched,
  TargetTrouble,
  HostDiskCame,
  HostDiskFailed,
  HostDiskWithdrawn,
  HostDiskInUse,
  HostDiskGone,
  HostDiskLost,
  HostDiskResized,
  HostDiskLeftOut,
  HostDiskLeaves,
  HostDiskStays,
  HostDiskProtected,
  HostDiskUnprotected,
  HostDiskNotProtected,
  HostDiskNotResized,
  HostTargetsLeftOut,
  HostPortalsLeftOut,
  ProbesDone,
  ProbeAgainstReach,
  AttachReady,
  AttachDone,
  AttachRefused,
  AttachStopped,
  AttachUnwritten,

  kCount
};

namespace table {

using EventRow = ops::RowOf<Event, ops::LogEvent>;
using ops::Severity;
inline constexpr ops::Rate kAlways{};
inline constexpr ops::Rate kByPeers{20, 60};    // what one peer can do again and again
inline constexpr ops::Rate kInFloods{200, 600}; // what many peers do at once when a network fails

inline constexpr EventRow kEvents[] = {
    // clang-format off
    {Event::Started, {"AGENT-1001", Severity::Notice, "started",
        {"version", "portals", "targets", "units", "state"}, kAlways,
        "The agent takes logins."}},
    {Event::Stopping, {"AGENT-1002", Severity::Notice, "stopping", {"reason", "sessions"}, kAlways,
        "The agent was told to stop; sessions are asked to log out and have drain.grace for it."}},
    {Event::Stopped, {"AGENT-1003", Severity::Notice, "stopped", {}, kAlways,
        "The agent has ended; what was acknowledged as durable is on its store."}},
    {Event::Reloaded, {"AGENT-1004", Severity::Notice, "reloaded", {"path", "changes"}, kAlways,
        "The configuration was read again and is in force, but for keys that an AGENT-1006 names and changes that an "
        "AGENT-1009 names. What has changed is listed, a list of records as one key."}},
    {Event::ConfigError, {"AGENT-1005", Severity::Error, "config-error", {"where", "error"}, kAlways,
        "The configuration or a file of a secret has a mistake. At the start the agent ends with status 2; at a reload "
        "it "
        "goes on with what it had. `san-agent --check-config` shows all mistakes at once."}},
    {Event::RestartNeeded, {"AGENT-1006", Severity::Warning, "restart-needed", {"key", "running", "wanted"}, kAlways,
        "A key that only a restart can change has a new value. The running value stays until then."}},
    {Event::StartFailed, {"AGENT-1007", Severity::Critical, "start-failed", {"error"}, kAlways,
        "The agent could not begin and has ended with status 1; the error says what it needs."}},
    {Event::EngineChosen, {"AGENT-1008", Severity::Info, "engine-chosen", {"engine", "reason"}, kAlways,
        "How disks are reached, and why so."}},
    {Event::ChangeSuperseded, {"AGENT-1009", Severity::Warning, "change-superseded", {"kind", "key", "why"}, kAlways,
        "A change made by sanctl agent does not hold any more, because the configuration file says otherwise now. "
        "`sanctl "
        "agent config` shows it; `sanctl agent forget` takes it away; making it again lets it hold."}},

    {Event::LoginRefused, {"AGENT-2001", Severity::Warning, "login-refused",
        {"peer", "initiator", "target", "status", "why"}, kByPeers,
        "An initiator was not let in, with the status of RFC 7143 11.13.5 that it got. agent_logins_refused_total "
        "counts "
        "all."}},
    {Event::SessionOpened, {"AGENT-2002", Severity::Info, "session-opened",
        {"session", "initiator", "target", "peer", "proof"}, kInFloods,
        "An initiator has logged in, and what it proved: its claimed name only, or by CHAP."}},
    {Event::SessionEnded, {"AGENT-2003", Severity::Info, "session-ended",
        {"session", "initiator", "target", "why"}, kInFloods,
        "A session has ended."}},
    {Event::ConnectionFault, {"AGENT-2004", Severity::Warning, "connection-fault",
        {"peer", "initiator", "target", "why"}, kByPeers,
        "A connection was closed because of what came over it, or did not come."}},

    {Event::UnitOpened, {"AGENT-3001", Severity::Info, "unit-opened", {"unit", "store", "bytes"}, kAlways,
        "A unit's store is open."}},
    {Event::UnitFailed, {"AGENT-3002", Severity::Error, "unit-failed", {"unit", "error"}, kAlways,
        "A unit's store or its saved state cannot be opened. The other units are served; this one keeps its LUNs and "
        "answers that it becomes ready (02 04/01), so that its hosts wait for it. It is "
        "tried again in a moment, then less and less often, at last every 30 seconds."}},
    {Event::UnitClosed, {"AGENT-3003", Severity::Info, "unit-closed", {"unit"}, kAlways,
        "A unit is no longer there, by the configuration or by a change."}},

    {Event::Changed, {"AGENT-4001", Severity::Notice, "changed", {"command", "object", "uid", "pid"}, kAlways,
        "Somebody changed something by sanctl agent, and it is saved; or gave a command that acts without being saved: "
        "reload, join, leave, drain, session.drop."}},
    {Event::ChangeNotSaved, {"AGENT-4002", Severity::Error, "change-not-saved", {"command", "error"}, kByPeers,
        "A change could not be saved, so it was taken back and refused. Look at space and health of the disk under "
        "state.folder."}},
    {Event::StateSaveFailed, {"AGENT-4003", Severity::Error, "state-save-failed", {"unit", "error"}, kByPeers,
        "Persistent reservations or identifying information of a unit could not be saved; the host's command failed. "
        "Look at "
        "space and health of the disk under state.folder."}},
    {Event::ControlRefused, {"AGENT-4004", Severity::Warning, "control-refused", {"uid", "why"}, kByPeers,
        "Somebody was not let near the control socket."}},
    {Event::ControlGroupFailed, {"AGENT-4005", Severity::Warning, "control-group-failed", {"group", "error"}, kAlways,
        "The control socket could not be given to control.group: only root and the agent's own user may use it."}},

    {Event::Registered, {"AGENT-5001", Severity::Notice, "registered", {"server", "entity", "nodes", "period"}, kAlways,
        "The agent is registered with this name server."}},
    {Event::NotRegistered, {"AGENT-5002", Severity::Warning, "not-registered", {"server", "why"}, kByPeers,
        "The agent is not registered with this name server, or not any more, and tries on: here, and with the other "
        "servers of isns.servers. Zones stay as they were last. A name that another entity has registered (status 8, or 3) "
        "needs a decision: no two machines may have the same iSCSI name."}},
    {Event::NotRegistrable, {"AGENT-5003", Severity::Error, "not-registrable", {"why"}, kAlways,
        "What the agent has cannot be registered as it is."}},
    {Event::ZoneChanged, {"AGENT-5004", Severity::Notice, "zone-changed", {"target", "initiators", "came", "went"},
        kInFloods, "The name server shows other initiators to a target than before. Who went is asked to log out, and "
        "then dropped."}},
    {Event::ZonesNotSaved, {"AGENT-5005", Severity::Error, "zones-not-saved", {"error"}, kByPeers,
        "What the name server said of zones could not be saved; it holds, but not over a restart without the name "
        "server. Look at space and health of the disk under state.folder; it is tried again."}},
    {Event::NoticeRefused, {"AGENT-5006", Severity::Warning, "notice-refused", {"peer"}, kByPeers,
        "Somebody who is no name server of isns.servers came to the port for notices. A server that speaks from "
        "another address than it is asked at has to stand there with both."}},
    {Event::ServersLeased, {"AGENT-5007", Severity::Notice, "servers-leased", {"servers"}, kAlways,
        "The name servers of which DHCP has told this machine are others than before. With isns.dhcp they are used "
        "after those of isns.servers."}},
    {Event::ServerFound, {"AGENT-5008", Severity::Notice, "server-found", {"server", "source"}, kByPeers,
        "A heartbeat or an announcement by mDNS tells of a name server. It is tried after those that stand before it in "
        "`sanctl agent status`."}},
    {Event::ServerLost, {"AGENT-5009", Severity::Notice, "server-lost", {"server", "source"}, kByPeers,
        "A name server is silent for three intervals of its heartbeat, or announces itself no more. It is not tried any "
        "longer; one in use stays in use until it fails."}},
    {Event::SourceUnavailable, {"AGENT-5010", Severity::Warning, "source-unavailable", {"source", "why"}, kByPeers,
        "Heartbeats or announcements cannot be heard, or there are lease files that the agent's user may not read. It is "
        "tried again every 30 seconds."}},
    {Event::InquiriesUnheard, {"AGENT-5011", Severity::Warning, "inquiries-unheard",
        {"server", "portals", "again", "remedy"}, kByPeers,
        "The name server has dropped the registration twice in a row, and none of its inquiries (ESI) had come to these "
        "portals: most likely a firewall stands before isns.notice_port. The agent is registered without inquiries now, "
        "for isns.period, which it refreshes itself; it tries with them again, `again` seconds from now, and then ever more "
        "seldom, at last once a day. Notices come to the same port: without them zones are seen when the agent asks, once a "
        "minute. `remedy` names the port to open."}},
    {Event::InquiriesHeard, {"AGENT-5012", Severity::Notice, "inquiries-heard", {"server"}, kByPeers,
        "Inquiries (ESI) of the name server come in again after an AGENT-5011, and the registration is kept by them, too."}},
    {Event::PeersRefused, {"AGENT-5013", Severity::Warning, "peers-refused", {"server", "node", "why"}, kByPeers,
        "The name server does not say whom this node sees: what it said last stands, and it is asked again every minute. "
        "open-isns refuses so (status 11) an answer of more than 8 KiB, about 50 targets: fewer of them in the zones of "
        "this node, or another name server. Told once, until it answers."}},
    {Event::ServersLeftOut, {"AGENT-5014", Severity::Warning, "servers-left-out", {"source", "servers", "most"}, kByPeers,
        "A source names more name servers than are used of it, `most`, by heartbeats four active ones with eight backups "
        "each: `servers` others, or announcements of which nobody knows yet whose they are, are not tried until one of those "
        "goes. Told when their number changes."}},

    {Event::DiskOpened, {"AGENT-6001", Severity::Notice, "disk-opened", {"store", "socket", "bytes", "device"}, kAlways,
        "`san-agent disk` has its store, and serves it on this socket."}},
    {Event::DiskWaiting, {"AGENT-6002", Severity::Warning, "disk-waiting", {"store", "why"}, kByPeers,
        "The store cannot be opened yet. It is tried again until it can."}},
    {Event::DiskLost, {"AGENT-6003", Severity::Warning, "disk-lost", {"store", "why"}, kByPeers,
        "The store was lost and is looked for. Requests wait: 60 s for a target, 25 s for an NBD server; then they "
        "fail, as do later ones until it is back. \"Lost for good\": something else is in its place now, which is "
        "never used."}},
    {Event::DiskBack, {"AGENT-6004", Severity::Notice, "disk-back", {"store"}, kByPeers,
        "The store is back, and it is the same one; requests that waited go on."}},
    {Event::DiskSizeChanged, {"AGENT-6005", Severity::Notice, "disk-size-changed",
        {"store", "bytes", "before"}, kByPeers,
        "The store has another size. Clients that connect from now on see it; NBD cannot tell those that are there."}},
    {Event::DiskStopping, {"AGENT-6006", Severity::Notice, "disk-stopping", {"reason", "clients"}, kAlways,
        "`san-agent disk` was told to stop; requests on their way end, then the store is flushed."}},
    {Event::DiskClosed, {"AGENT-6007", Severity::Notice, "disk-closed", {"store"}, kAlways,
        "The export has ended, and all that was written is on the store."}},
    {Event::DiskNotFlushed, {"AGENT-6008", Severity::Error, "disk-not-flushed", {"store"}, kAlways,
        "The export has ended, and the store could not be flushed: what clients had written and not flushed themselves "
        "may be lost. A file system on it wants to be checked."}},
    {Event::DiskClientCame, {"AGENT-6009", Severity::Info, "disk-client-came", {"client", "pid", "uid"}, kInFloods,
        "A program uses the disk."}},
    {Event::DiskClientLeft, {"AGENT-6010", Severity::Info, "disk-client-left", {"client", "pid", "why"}, kInFloods,
        "A program uses the disk no longer."}},
    {Event::DiskClientFault, {"AGENT-6011", Severity::Warning, "disk-client-fault", {"client", "pid", "why"}, kByPeers,
        "A program was parted with because of what it sent, or did not send; the others go on."}},
    {Event::DiskClientRefused, {"AGENT-6012", Severity::Warning, "disk-client-refused", {"pid", "uid", "why"}, kByPeers,
        "A program could not be served."}},
    {Event::DiskDirected, {"AGENT-6013", Severity::Notice, "disk-directed", {"control", "socket"}, kAlways,
        "`san-agent disk --control` waits to be told on its control socket what disk it is."}},
    {Event::DiskConfigured, {"AGENT-6014", Severity::Notice, "disk-configured",
        {"store", "portals", "policy", "credentials", "pid"}, kByPeers,
        "A process has said what the disk is, or has changed its portals, how paths are chosen, or its credentials."}},
    {Event::DiskPathUp, {"AGENT-6015", Severity::Notice, "disk-path-up", {"store", "portal"}, kByPeers,
        "The unit is reached over this portal, and has proven to be the one of the disk."}},
    {Event::DiskPathLost, {"AGENT-6016", Severity::Warning, "disk-path-lost", {"store", "portal", "why"}, kByPeers,
        "The unit is not reached over this portal. What was under way goes on over the other ones; this one is tried "
        "again and again."}},
    {Event::DiskPathRefused, {"AGENT-6017", Severity::Warning, "disk-path-refused", {"store", "portal", "why"},
        kByPeers,
        "The target does not let this host in at this portal: it is not zoned to it, or its credentials are wrong. It "
        "is tried again and again."}},
    {Event::DiskPathAnother, {"AGENT-6018", Severity::Error, "disk-path-another-unit", {"store", "portal", "why"},
        kByPeers,
        "Behind this portal is another unit than that of the disk, or one that cannot prove that it is the same. The "
        "path is not used."}},
    {Event::DiskRefused, {"AGENT-6019", Severity::Error, "disk-refused", {"store", "why"}, kByPeers,
        "The target lets this host in over no path any more, as when it was taken out of the zone. Requests fail at "
        "once; the logins are tried on, and when one is let in the disk goes on."}},
    {Event::DiskControlRefused, {"AGENT-6020", Severity::Warning, "disk-control-refused", {"pid", "uid", "why"},
        kByPeers,
        "A program may not use the control socket of this disk."}},

    {Event::DiskFileServed, {"AGENT-6025", Severity::Notice, "disk-file-served", {"store", "descriptor"}, kAlways,
        "The disk is the file of the FUSE file system on this descriptor, too."}},
    {Event::DiskFileEnded, {"AGENT-6026", Severity::Notice, "disk-file-ended", {"store", "why"}, kAlways,
        "The FUSE file system was taken away. The disk goes on without it."}},

    {Event::Enrolled, {"AGENT-7001", Severity::Notice, "enrolled", {"server", "entity", "nodes", "until"}, kAlways,
        "The agent has a certificate of this management server; from its first desired state on that alone decides who "
        "gets in at the targets that the certificate names."}},
    {Event::NotEnrolled, {"AGENT-7002", Severity::Error, "not-enrolled", {"why"}, kAlways,
        "An enrolment came to nothing. Where the server was not believed, the token was not sent: another authority "
        "answers there than the one that made it."}},
    {Event::ManagementLinked, {"AGENT-7003", Severity::Notice, "management-linked", {"server"}, kAlways,
        "The management server answers; desired states come and reports go."}},
    {Event::ManagementAway, {"AGENT-7004", Severity::Warning, "management-away", {"server", "why"}, kByPeers,
        "The management server does not answer, or not as it should. The last desired state goes on, and the agent "
        "tries on, at each server that it was given."}},
    {Event::ManagementRefused, {"AGENT-7005", Severity::Error, "management-refused", {"server", "why"}, kByPeers,
        "The management server does not take the agent's certificate: it was revoked, or has ended. The last desired "
        "state goes on. Enrol the agent anew (sanctl agent join), or let it go (sanctl agent leave)."}},
    {Event::CertificateRenewed, {"AGENT-7006", Severity::Notice, "certificate-renewed", {"server", "until"}, kAlways,
        "The agent has a new certificate, and the roots that it is to believe from now on."}},
    {Event::ManagementTrouble, {"AGENT-7007", Severity::Error, "management-trouble", {"why"}, kByPeers,
        "The server did not take a report, or gave no new certificate, or one that could not be kept: it is tried "
        "again. Or it wants two units at one LUN of an initiator: the first is given, and all else holds."}},
    {Event::StateApplied, {"AGENT-7008", Severity::Notice, "state-applied",
        {"revision", "targets", "initiators", "maps"}, kInFloods,
        "A desired state of the management server holds. Who may not get in any more is asked to log out, and then "
        "dropped."}},
    {Event::StateNotSaved, {"AGENT-7009", Severity::Error, "state-not-saved", {"error"}, kByPeers,
        "A desired state holds, but could not be kept: over a restart without the server the one before would. Look at "
        "space and health of the disk under state.folder; it is tried again."}},
    {Event::StateLost, {"AGENT-7010", Severity::Critical, "state-lost", {"error"}, kAlways,
        "The desired state that was kept cannot be opened. Managed targets admit nobody until the management server "
        "answers."}},
    {Event::ManagementLeft, {"AGENT-7011", Severity::Notice, "management-left", {"server"}, kAlways,
        "The agent has forgotten its management server; local access rules and zones decide."}},
    {Event::NameServersNamed, {"AGENT-7012", Severity::Notice, "name-servers-named", {"servers"}, kAlways,
        "The management server says which name servers the agent uses. Those that the agent knows by itself count no "
        "more."}},
    {Event::NameServersNotNamed, {"AGENT-7013", Severity::Notice, "name-servers-not-named", {}, kAlways,
        "The management server names no name servers (agents.name_servers of isns-server is empty). The agent goes on "
        "with those that it knows by itself."}},
    {Event::GlassBroken, {"AGENT-7014", Severity::Warning, "glass-broken",
        {"command", "target", "initiator", "uid", "reason"}, kByPeers,
        "An administrator here changed what a managed target gives, though the management server decides "
        "(--break-glass). It holds until the server says something else of that initiator there, or until `sanctl agent "
        "break-glass end`, and is told to the server."}},
    {Event::GlassMended, {"AGENT-7015", Severity::Notice, "glass-mended", {"target", "initiator", "why"}, kByPeers,
        "What was changed with --break-glass holds no more; the management server decides."}},
    {Event::GlassLost, {"AGENT-7016", Severity::Error, "glass-lost", {"error"}, kAlways,
        "What was changed with --break-glass cannot be read any more, and does not hold."}},
    {Event::LoginsClosed, {"AGENT-7020", Severity::Error, "logins-closed", {"last_word", "after"}, kAlways,
        "The management server has not spoken for as long as management.refuse_after says: the managed targets take no "
        "new logins. Living sessions go on. What must be let in now: --break-glass."}},
    {Event::LoginsOpened, {"AGENT-7021", Severity::Notice, "logins-opened", {"why"}, kAlways,
        "Managed targets take new logins again: the management server has spoken, or management.refuse_after allows "
        "more."}},
    {Event::LastWordNotSaved, {"AGENT-7022", Severity::Error, "last-word-not-saved", {"error"}, kByPeers,
        "When the management server spoke last cannot be kept or read: after a restart without it management.refuse_after "
        "counts from an earlier moment. Look at space and health of the disk under state.folder."}},
    {Event::PortalAsked, {"AGENT-7023", Severity::Info, "portal-asked", {"portal", "targets"}, kInFloods,
        "A portal of foreign targets was asked for its targets, as the management server wants "
        "(agents.discover_portals of isns-server), and told of other ones than before."}},
    {Event::PortalSilent, {"AGENT-7024", Severity::Warning, "portal-silent", {"portal", "why"}, kByPeers,
        "A portal that the management server wants asked gives no answer. It is asked again, and the server is told."}},
    {Event::ProbeRefused, {"AGENT-7025", Severity::Info, "probe-refused", {"peer", "initiator", "target", "why"},
        kByPeers,
        "A login that calls itself a probe was not let in: a host's agent looks whether targets keep it out. Anybody can "
        "call himself so; the management server knows which probes it has asked for, and tells others in its audit log "
        "as refused logins (target.refused)."}},
    {Event::HelperThere, {"AGENT-8001", Severity::Notice, "helper-there", {"means", "reason"}, kAlways,
        "The helper that makes block devices is there, and by which means it does: the kernel's iSCSI initiator, its NBD "
        "client, a FUSE file with a loop device, or none but the NBD socket."}},
    {Event::HelperAway, {"AGENT-8002", Severity::Error, "helper-away", {"why"}, kByPeers,
        "The helper that makes block devices is not there: `systemctl status san-agent-attach`. Disks that are there go "
        "on; no disk comes or goes until it is back."}},
    {Event::TargetWatched, {"AGENT-8003", Severity::Info, "target-watched", {"target", "portal"}, kInFloods,
        "The agent is logged in to a target that the name server shows this host, and asks it for its units."}},
    {Event::TargetTrouble, {"AGENT-8004", Severity::Warning, "target-trouble", {"target", "why"}, kByPeers,
        "A target that the name server shows this host cannot be asked for its units. Disks that are there stay. "
        "Refused logins: the target's agent or administrator knows why."}},
    {Event::HostDiskCame, {"AGENT-8005", Severity::Notice, "host-disk-came",
        {"target", "lun", "unit", "device", "bytes"}, kAlways,
        "A unit has become a disk of this host, and can be used."}},
    {Event::HostDiskFailed, {"AGENT-8006", Severity::Error, "host-disk-failed", {"target", "lun", "why"}, kByPeers,
        "A unit could not be made a disk, or what was made could not be taken away. It is tried again, at last once a "
        "minute."}},
    {Event::HostDiskWithdrawn, {"AGENT-8007", Severity::Warning, "host-disk-withdrawn",
        {"target", "lun", "device"}, kAlways,
        "This host is no longer shown the unit: by a zone, a map, or because it is gone. The disk is taken away as soon "
        "as nobody uses it; what uses it gets I/O errors meanwhile."}},
    {Event::HostDiskInUse, {"AGENT-8008", Severity::Error, "host-disk-in-use",
        {"target", "lun", "device", "why"}, kByPeers,
        "A disk that this host may not have any more is in use. Unmount it, or end who has it open; then it goes by "
        "itself. If it should stay, bring its zone and its map back."}},
    {Event::HostDiskGone, {"AGENT-8009", Severity::Notice, "host-disk-gone", {"target", "lun", "device"}, kAlways,
        "A disk has been taken away."}},
    {Event::HostDiskLost, {"AGENT-8010", Severity::Error, "host-disk-lost",
        {"target", "lun", "device", "why"}, kByPeers,
        "The process of a disk has ended by itself, or its device reaches the unit no more, as another unit stood behind "
        "its LUN; who uses the disk gets I/O errors. It is made anew as soon as nobody uses what is left of it."}},
    {Event::HostDiskResized, {"AGENT-8011", Severity::Notice, "host-disk-resized",
        {"target", "lun", "device", "bytes"}, kByPeers,
        "A unit has another size. The block device follows where its means can: FUSE can, NBD cannot."}},
    {Event::HostDiskLeftOut, {"AGENT-8012", Severity::Warning, "host-disk-left-out",
        {"target", "lun", "why"}, kByPeers,
        "A unit was not made a disk. One unit that two targets show is one disk; a host has at most 1024."}},
    {Event::HostDiskLeaves, {"AGENT-8030", Severity::Warning, "host-disk-leaves",
        {"target", "lun", "device", "leaves_at"}, kAlways,
        "The management server takes this disk away at that time, or later: unmount it, or end who has it open. Until then it "
        "may be read alone. `sanctl agent disks` shows which disks leave, and when."}},
    {Event::HostDiskStays, {"AGENT-8031", Severity::Notice, "host-disk-stays", {"target", "lun", "device"}, kAlways,
        "A disk that was to be taken away stays."}},
    {Event::HostDiskProtected, {"AGENT-8032", Severity::Warning, "host-disk-protected",
        {"target", "lun", "device"}, kByPeers,
        "The target lets this host read the unit alone from now on: the block device is read-only, and writes that are on "
        "their way fail."}},
    {Event::HostDiskUnprotected, {"AGENT-8033", Severity::Notice, "host-disk-unprotected",
        {"target", "lun", "device"}, kByPeers,
        "The target lets this host write to the unit again. A file system that has become read-only meanwhile is to be "
        "mounted again."}},
    {Event::HostDiskNotProtected, {"AGENT-8034", Severity::Warning, "host-disk-not-protected", {"disk", "why"}, kByPeers,
        "The block device could not be made read-only, or writable again. What the target does not allow it refuses all "
        "the same; a device that stays read-only by its means is made anew when nobody uses it."}},
    {Event::HostDiskNotResized, {"AGENT-8035", Severity::Warning, "host-disk-not-resized", {"disk", "why"}, kByPeers,
        "The block device did not take the size that its unit has by now. It is told again each minute."}},
    {Event::HostTargetsLeftOut, {"AGENT-8013", Severity::Warning, "host-targets-left-out", {"targets", "most"}, kByPeers,
        "The name server names more targets than a host can have. Those that the host knew stay; of the others some are "
        "not looked at."}},
    {Event::HostPortalsLeftOut, {"AGENT-8014", Severity::Warning, "host-portals-left-out", {"target", "portals", "most"},
        kByPeers,
        "A target has more portals than its disks can have paths. They go over the first ones that the name server tells, "
        "and over the one where the host is let in; the others are not used."}},
    {Event::ProbesDone, {"AGENT-8020", Severity::Info, "probes-done", {"tried", "in", "against_reach"}, kAlways,
        "The logins that the management server wanted tried were tried: how many got in, and how many met something else "
        "than the server said. `sanctl agent probes` shows each."}},
    {Event::ProbeAgainstReach, {"AGENT-8021", Severity::Warning, "probe-against-reach",
        {"target", "expected", "outcome", "why"}, kByPeers,
        "A login that was tried for evidence got in where the management server says that it should not, or the other way "
        "round. A zone or map that has just changed mends itself at the next probe; else it is a finding there (R23)."}},
    {Event::AttachReady, {"AGENT-8101", Severity::Notice, "attach-ready", {"socket", "means", "reason"}, kAlways,
        "`san-agent attach` makes block devices: by which means, and why by these."}},
    {Event::AttachDone, {"AGENT-8102", Severity::Info, "attach-done", {"command", "disk"}, kAlways,
        "The helper has done what the agent asked."}},
    {Event::AttachRefused, {"AGENT-8103", Severity::Warning, "attach-refused", {"command", "disk", "why"}, kByPeers,
        "The helper could not do what the agent asked, or did not because the disk is in use."}},
    {Event::AttachStopped, {"AGENT-8104", Severity::Notice, "attach-stopped", {"reason"}, kAlways,
        "`san-agent attach` was told to end. Disks go on; none comes or goes until it is back."}},
    {Event::AttachUnwritten, {"AGENT-8105", Severity::Warning, "attach-unwritten", {"disk", "why"}, kByPeers,
        "A block device went, and what was written to it and not yet sent on could not be sent any more: the host has lost "
        "access to the unit, or behind its LUN is another one now."}},
    // clang-format on
};

}  // namespace table

inline constexpr auto kLogEvents = ops::inOrder(table::kEvents);

constexpr const ops::LogEvent& eventRow(Event event) { return kLogEvents[static_cast<std::size_t>(event)]; }

}  // namespace agent
