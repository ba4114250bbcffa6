// A trace of PDU headers as a pcap file that tshark and Wireshark read.
//
// TCP segments between the two ends are made up around the headers; of each PDU only the header is captured, its data is
// told to have been cut off. Both know iSCSI by port 3260; for another they want `-d tcp.port==PORT,iscsi`. Pure functions.
#pragma once

#include "agent/iscsi/pdu_trace.h"
#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/net/address.h"

namespace target {

// Begins a file.
void beginPcap(base::Bytes& out);
// `now` is one moment on both clocks, by which the trace's times become dates.
void appendPcap(base::Bytes& out, const iscsi::PduTrace& trace, const net::Address& initiator,
                const net::Address& target, const base::Now& now);

}  // namespace target
