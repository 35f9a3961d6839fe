// How a site file writes a command to a scanner.
#pragma once

#include <gatepost/result.hpp>
#include <string>
#include <string_view>

namespace serial {

/// "16 54 0D" ▶ bytes; or the name of a published command:
///   honeywell_trigger, honeywell_release, honeywell_beep: serial trigger mode of Honeywell and Metrologic (SYN T CR,
///     SYN U CR, SYN BEL CR)
///   ssi_start, ssi_stop, ssi_ack, ssi_scan_enable, ssi_scan_disable, ssi_led_on, ssi_led_off (the decode lamp):
///   Zebra's
///     SSI; GROW GM67, GM72 and GM77 speak these too
///   ssi_beep (code 01: short and high), ssi_beep_low (0F: one long and low, by the numbers of Zebra's CoreScanner)
///   grow_trigger: GROW GM65, Newland EM3095 (01 to zone 0002)
///   newland_trigger, newland_release: Newland since, SCNTRG1 and SCNTRG0 till power off (their form: HR52 manual,
///     page 35; the words: alike in four public programs)
///   datalogic_good 'B', datalogic_bad 'F': Datalogic's host bytes, good-read and not-on-file beep
gatepost::Result<std::string> command(std::string_view text);

}  // namespace serial
