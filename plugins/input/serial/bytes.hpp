// How a site file writes a command to a scanner.
#pragma once

#include <gatepost/result.hpp>
#include <string>
#include <string_view>

namespace serial {

/// "16 54 0D" ▶ bytes; or the name of a published command:
///   honeywell_trigger 16 54 0D, honeywell_release 16 55 0D   (Honeywell/Metrologic serial trigger mode, SYN T CR / SYN
///   U CR) ssi_start 04 E4 04 00 FF 14, ssi_stop 04 E5 04 00 FF 13, ssi_ack 04 D0 04 00 FF 28   (Zebra SSI; checksum
///   computed) grow_trigger 7E 00 08 01 00 02 01 02 DA                    (GROW GM65, Newland EM3095: write 01 to zone
///   0002) ssi_beep 05 E6 04 00 01 FF 10 (Zebra SSI, one short high beep) honeywell_beep 16 07 0D (SYN BEL CR)
///   datalogic_good 42 ('B'), datalogic_bad 46 ('F')                    (Datalogic host bytes: good-read beep,
///   not-on-file beep)
gatepost::Result<std::string> command(std::string_view text);

}  // namespace serial
