// What must be right before a server can listen: its address, and its certificate.

#pragma once

#include "onebot/io.h"

#include <string>

namespace bridge::net {

// Binds and listens. The socket, or an error naming host and port.
onebot::Result<int> listening_socket(const onebot::io::Address& address);
int port_of(int socket);

// Why a certificate and its key cannot be used, naming the file; "" when they can.
std::string certificate_problem(const std::string& certificate, const std::string& key);

// When a certificate that can be used has run out, or will within two weeks; "" else. now: seconds since the epoch.
std::string certificate_age(const std::string& certificate, double now);

}  // namespace bridge::net
