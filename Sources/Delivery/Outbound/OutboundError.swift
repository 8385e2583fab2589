import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why a call of ours has no answer. Its text holds nothing that the other side sent.
public enum OutboundError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name has no address, or it could not be found out.
    case unknownHost
    /// An address of this machine or its own network, which the target does not allow; nothing was sent.
    case privateAddress(IPAddress)
    /// No connection came about; nothing was sent.
    case notConnected
    /// The other side is not who it should be, or speaks no TLS; nothing was sent.
    case tls
    /// Too late; what was sent may have been heard.
    case timedOut(seconds: Int64)
    /// The connection broke off, or what came is no HTTP; what was sent may have been heard.
    case broken
    /// The answer is longer than it may be.
    case answerTooLong
    /// The client was shut down.
    case shutDown

    /// What happened, in a few words.
    public var description: String {
        switch self {
        case .unknownHost: "its name has no address"
        case .privateAddress(let address): "its address \(address) is private, and private targets are not allowed"
        case .notConnected: "no connection"
        case .tls: "no trusted TLS connection"
        case .timedOut(let seconds): "no answer within \(seconds) s"
        case .broken: "the connection broke off"
        case .answerTooLong: "the answer is too long"
        case .shutDown: "the server is stopping"
        }
    }

    init(_ error: any Error, _ limits: OutboundLimits) {
        switch error {
        case let error as OutboundError: self = error
        case let error as HTTPClientError: self = Self.ofClient(error, limits)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .tls
        case is NIOConnectionError, is SocketAddressError, ChannelError.connectTimeout: self = .notConnected
        case let error as IOError where Self.refusals.contains(error.errnoCode): self = .notConnected
        case is NIOTooManyBytesError: self = .answerTooLong
        default: self = .broken
        }
    }

    /// What an address says before there is a connection.
    private static let refusals: Set<Int32> = [
        ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL, EACCES, EINVAL,
    ]

    private static func ofClient(_ error: HTTPClientError, _ limits: OutboundLimits) -> OutboundError {
        switch error {
        case .connectTimeout: .notConnected
        case .tlsHandshakeTimeout: .tls
        case .deadlineExceeded, .getConnectionFromPoolTimeout: .timedOut(seconds: limits.deadlineSeconds)
        case .alreadyShutdown, .cancelled: .shutDown
        default: .broken
        }
    }
}
