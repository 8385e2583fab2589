import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension WireFailure {
    /// Says in words what a client's error means.
    ///
    /// - Parameters:
    ///   - place: the server, as "shop.example, port 443"
    ///   - millisecondsMax: how long a call may take
    init(_ error: any Error, place: String, millisecondsMax: Int64) {
        switch error {
        case let error as HTTPClientError: self = Self.failure(error, place, millisecondsMax)
        case let error as NIOConnectionError: self = Self.failure(error, place)
        case let error as IOError: self = Self.failure(error, place)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self.init(kind: .unreachable, clause: "the TLS handshake with \(place) failed (\(error))")
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

    private static func failure(
        _ error: HTTPClientError, _ place: String, _ millisecondsMax: Int64
    ) -> WireFailure {
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout, .cancelled:
            WireFailure(kind: .timeout, clause: "no answer within \(words(millisecondsMax))")
        case .connectTimeout:
            WireFailure(
                kind: .unreachable,
                clause: "no connection to \(place) within \(words(HTTPTransport.connectMilliseconds(millisecondsMax)))")
        case .tlsHandshakeTimeout:
            WireFailure(kind: .unreachable, clause: "the TLS handshake with \(place) took too long")
        case .remoteConnectionClosed, .uncleanShutdown:
            WireFailure(kind: .closed, clause: "the server closed the connection before it had answered")
        default:
            WireFailure(kind: .closed, clause: "the connection failed (\(error.shortDescription))")
        }
    }

    private static func failure(_ error: NIOConnectionError, _ place: String) -> WireFailure {
        if error.connectionErrors.isEmpty {
            return WireFailure(kind: .unreachable, clause: "the host \(error.host) has no address")
        }
        let reasons = error.connectionErrors.compactMap { $0.error as? IOError }
        return reasons.first.map { failure($0, place) }
            ?? WireFailure(kind: .unreachable, clause: "no connection to \(place) could be made")
    }

    private static func failure(_ error: IOError, _ place: String) -> WireFailure {
        switch error.errnoCode {
        case ECONNREFUSED: WireFailure(kind: .unreachable, clause: "nothing listens at \(place)")
        case ECONNRESET, EPIPE:
            WireFailure(kind: .closed, clause: "the server closed the connection before it had answered")
        default:
            WireFailure(kind: .unreachable, clause: "no connection to \(place) could be made")
        }
    }

    private static func words(_ milliseconds: Int64) -> String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
