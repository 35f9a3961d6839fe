// Asking a V4L2 device, and what its refusals mean.
#pragma once

#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <gatepost/result.hpp>
#include <string>

namespace gatepost::hal {

/// 0, or the errno.
template <class T>
int ask_video(int descriptor, unsigned long request, T& what) {
  int answer = 0;
  do answer = ::ioctl(descriptor, request, &what);
  while (answer < 0 && errno == EINTR);
  return answer < 0 ? errno : 0;
}

inline Error video_failure(const std::string& what, int number, const std::string& where) {
  if (number == ENODEV || number == ENXIO) return {"the camera is gone", where, "plug it in again"};
  if (number == ENOSPC)  // uvcvideo, of an isochronous endpoint
    return {what + ": its USB bus has no room for so much", where,
            "set format=MJPG or a smaller size=, or plug it in at another root port"};
  return {what + ": " + std::strerror(number), where, "plug the camera in again; dmesg may tell more"};
}

}  // namespace gatepost::hal
