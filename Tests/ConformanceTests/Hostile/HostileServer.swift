import Foundation
import NIOCore
import NIOPosix
import StrictJSON

/// A server that answers every request with the same bytes, whatever they are, or not at all.
///
/// It speaks TCP, not HTTP, so that it can do what no HTTP library lets a server do.
struct HostileServer {
    enum Behaviour: Sendable {
        /// Sends these bytes to whatever comes, and hangs up.
        case sends([UInt8])
        /// Sends a head, and then bytes without end.
        case floods
        /// Accepts connections and says nothing.
        case isSilent
        /// Sends a head, and then a byte now and then.
        case drips
        /// Hangs up at the first byte.
        case hangsUp
        /// Sends back what it was sent, header and all, in the body and in a header.
        case echoes
    }

    let port: Int
    var url: String { "http://127.0.0.1:\(port)/payme" }

    /// Runs a server on a free port of 127.0.0.1 for as long as a closure runs.
    static func run<Value: Sendable>(
        _ behaviour: Behaviour, _ body: @Sendable (HostileServer) async throws -> Value
    ) async throws -> Value {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HostileHandler(behaviour))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let value = try await body(HostileServer(port: channel.localAddress?.port ?? 0))
            try? await channel.close()
            return value
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// An HTTP answer with its head.
    static func answer(
        status: String = "200 OK", headers: [String] = [], type: String = "application/json", _ body: String
    ) -> Behaviour {
        let lines =
            ["HTTP/1.1 \(status)", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)", "Connection: close"]
            + headers
        return .sends(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }
}

private final class HostileHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let behaviour: HostileServer.Behaviour
    private var hasStarted = false

    init(_ behaviour: HostileServer.Behaviour) { self.behaviour = behaviour }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasStarted else { return }
        hasStarted = true
        let channel = context.channel
        switch behaviour {
        case .isSilent: break
        case .hangsUp: channel.close(promise: nil)
        case .echoes:
            let request = String(buffer: unwrapInboundIn(data))
            channel.writeAndFlush(Self.echo(request)).whenComplete { _ in channel.close(promise: nil) }
        case .sends(let bytes):
            channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { _ in channel.close(promise: nil) }
        case .floods:
            // Without a length the body ends when the connection does.
            channel.writeAndFlush(Self.head(), promise: nil)
            Self.flood(channel)
        case .drips:
            channel.writeAndFlush(Self.head("Content-Length: 1000000\r\n"), promise: nil)
            Self.drip(channel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private static func head(_ headers: String = "") -> ByteBuffer {
        ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\(headers)\r\n")
    }

    private static func echo(_ request: String) -> ByteBuffer {
        let line = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("authorization:") } ?? ""
        let secret = line.split(separator: " ").last ?? ""
        let decoded = Data(base64Encoded: String(secret)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let result: JSONValue = ["state": 1, "request": .string(request), "decoded": .string(decoded)]
        let body = JSONValue.object(["result": result, "id": 1]).text
        return ByteBuffer(
            string: "HTTP/1.1 200 OK\r\nX-Echo: \(secret)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private static func flood(_ channel: any Channel) {
        let megabyte = ByteBuffer(repeating: UInt8(ascii: "x"), count: 1 << 20)
        channel.writeAndFlush(megabyte).whenSuccess { flood(channel) }
    }

    private static func drip(_ channel: any Channel) {
        channel.writeAndFlush(ByteBuffer(string: "x")).whenSuccess {
            channel.eventLoop.scheduleTask(in: .milliseconds(20)) { drip(channel) }
        }
    }
}
