#include "bridge/net/listening_socket.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <sys/socket.h>
#include <unistd.h>

namespace bridge::net {
namespace {

constexpr int kSoon = 14;             // days
constexpr std::time_t kDay = 86'400;  // seconds

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;  // 0: not an address
};

SocketAddress read_address(std::string_view host, int port) {
  SocketAddress out;
  const std::string text(host == "localhost" ? "127.0.0.1" : host);
  const auto number = htons(static_cast<std::uint16_t>(port));
  auto& four = reinterpret_cast<sockaddr_in&>(out.storage);
  auto& six = reinterpret_cast<sockaddr_in6&>(out.storage);
  if (inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = number;
    out.size = sizeof four;
  } else if (inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = number;
    out.size = sizeof six;
  }
  return out;
}

std::string why(std::string_view what, const std::string& file) {
  char reason[256] = "";
  const auto error = ERR_get_error();
  if (error != 0) ERR_error_string_n(error, reason, sizeof reason);
  ERR_clear_error();
  return fmt::format("{} {} ({})", what, file, error != 0 ? reason : "unknown reason");
}

}  // namespace

onebot::Result<int> listening_socket(const onebot::io::Address& address) {
  const auto cannot = [&](std::string_view reason) {
    return onebot::fail(onebot::Retcode::filesystem_error,
                        fmt::format("cannot listen on {}:{}: {}", address.host, address.port, reason));
  };
  if (address.port < 0 || address.port > 65535) return cannot("a port is 0 to 65535");
  const SocketAddress to = read_address(address.host, address.port);
  if (to.size == 0) return cannot("the host must be an IP address of this machine, or localhost");
  const int socket = ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return cannot(std::strerror(errno));
  const int yes = 1;  // a restart need not wait for old connections to time out; two listeners it does not allow
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&to.storage), to.size) != 0 || ::listen(socket, 511) != 0) {
    const int error = errno;
    ::close(socket);
    return cannot(std::strerror(error));
  }
  return socket;
}

int port_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(storage).sin_port);
}

std::string certificate_problem(const std::string& certificate, const std::string& key) {
  ERR_clear_error();
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (!tls) return why("cannot use TLS with", certificate);
  if (SSL_CTX_use_certificate_chain_file(tls.get(), certificate.c_str()) != 1) {
    return why("cannot read the certificate", certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(tls.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return why("cannot use the key", key);
  }
  if (SSL_CTX_check_private_key(tls.get()) != 1) return why("not the certificate's key:", key);
  return {};
}

std::string certificate_age(const std::string& certificate, double now) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(certificate.c_str(), "r"), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> read(
      file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr, &X509_free);
  ERR_clear_error();
  if (!read) return {};
  auto at = static_cast<std::time_t>(now);
  const auto is_over_at = [&](std::time_t time) { return X509_cmp_time(X509_get0_notAfter(read.get()), &time) < 0; };
  if (is_over_at(at)) return fmt::format("{} has expired: clients refuse it; renew it", certificate);
  for (int days = 1; days <= kSoon; ++days) {
    if (is_over_at(at + days * kDay)) return fmt::format("{} expires within {} days: renew it", certificate, days);
  }
  return {};
}

}  // namespace bridge::net
