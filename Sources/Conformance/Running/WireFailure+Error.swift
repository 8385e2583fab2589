import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension WireFailure {
    /// Says in words what a client's error means.
    init(_ error: any Error, millisecondsMax: Int64) {
        switch error {
        case let error as HTTPClientError: self = Self.failure(error, millisecondsMax: millisecondsMax)
        case is NIOConnectionError:
            self.init(kind: .unreachable, clause: Self.connectionClause(error))
        case is IOError where !Self.isReset(error):
            self.init(kind: .unreachable, clause: Self.connectionClause(error))
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self.init(kind: .unreachable, clause: "the TLS handshake failed: \(error)")
        case is HTTPParserError:
            self.init(kind: .notHTTP, clause: "what the server sent is no HTTP")
        case is NIOTooManyBytesError:
            self.init(kind: .tooLarge, clause: "the answer is longer than \(HTTPTransport.answerBytesMax >> 20) MiB")
        case is CancellationError:
            self.init(kind: .timeout, clause: "the run was stopped")
        default:
            self.init(kind: .closed, clause: "the connection broke before the answer was complete")
        }
    }

    private static func failure(_ error: HTTPClientError, millisecondsMax: Int64) -> WireFailure {
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout, .cancelled:
            WireFailure(kind: .timeout, clause: "no answer within \(seconds(millisecondsMax))")
        case .connectTimeout:
            WireFailure(kind: .unreachable, clause: "no connection within \(seconds(min(5000, millisecondsMax)))")
        case .tlsHandshakeTimeout:
            WireFailure(kind: .unreachable, clause: "the TLS handshake took too long; is this an https server?")
        case .remoteConnectionClosed, .uncleanShutdown:
            WireFailure(kind: .closed, clause: "the server closed the connection before it had answered")
        default:
            WireFailure(kind: .closed, clause: "the connection failed: \(error.shortDescription)")
        }
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }

    private static func isReset(_ error: any Error) -> Bool {
        guard let error = error as? IOError else { return false }
        return error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
    }

    private static func connectionClause(_ error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return "no connection could be made: \(error)" }
        if error.dnsAError != nil || error.dnsAAAAError != nil, error.connectionErrors.isEmpty {
            return "the host \(error.host) has no address"
        }
        let refused = error.connectionErrors.contains { ($0.error as? IOError)?.errnoCode == ECONNREFUSED }
        return refused
            ? "nothing listens at \(error.host), port \(error.port)"
            : "no connection to \(error.host), port \(error.port), could be made"
    }
}
