import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Server

@Suite("The connection of a request")
struct RequestDeadlineHandlerTests {
    /// A connection whose time moves only when the test moves it.
    private func connection(_ places: ConnectionPlaces = ConnectionPlaces(1_000)) throws -> EmbeddedChannel {
        let deadline = RequestDeadline(arrival: .seconds(10), answer: .seconds(60))
        let channel = EmbeddedChannel(
            handler: RequestDeadlineHandler(deadline, linger: .seconds(60), places: places))
        try channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private static let head = HTTPRequestPart.head(
        HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/"))
    private static let drop = HTTPRequestPart.body(ByteBuffer(string: "x"))

    private func answer(_ channel: EmbeddedChannel, type: String = "application/json", isWhole: Bool = true) throws {
        let head = HTTPResponse(status: .ok, headerFields: [.contentType: type])
        try channel.writeOutbound(HTTPResponsePart.head(head))
        if isWhole { try channel.writeOutbound(HTTPResponsePart.end(nil)) }
    }

    @Test("ends when the body drips, however often a byte comes")
    func drip() throws {
        let channel = try connection()
        try channel.writeInbound(Self.head)
        for _ in 0..<9 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try channel.writeInbound(Self.drop)
            #expect(channel.isActive)
        }
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test("ends when nothing comes at all")
    func silence() throws {
        let channel = try connection()
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(9_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test("ends when no answer comes")
    func noAnswer() throws {
        let channel = try connection()
        try channel.writeInbound(Self.head)
        channel.embeddedEventLoop.advanceTime(by: .seconds(5))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(59_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test("stays for requests that come in time, for as long as they come")
    func inTime() throws {
        let channel = try connection()
        for _ in 0..<20 {
            try channel.writeInbound(Self.head)
            channel.embeddedEventLoop.advanceTime(by: .seconds(8))
            try channel.writeInbound(HTTPRequestPart.end(nil))
            channel.embeddedEventLoop.advanceTime(by: .seconds(8))
            try answer(channel)
            // Between two requests there is no hurry.
            channel.embeddedEventLoop.advanceTime(by: .hours(1))
            #expect(channel.isActive)
        }
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("is ended when it says nothing for five seconds while places are scarce, not before, not in a request")
    func scarce() throws {
        let places = ConnectionPlaces(4)
        // Three quarters are not scarce.
        for _ in 0..<2 { places.take() }
        let channel = try connection(places)
        for _ in 0..<3 {
            try channel.writeInbound(Self.head)
            try channel.writeInbound(HTTPRequestPart.end(nil))
            try answer(channel)
            channel.embeddedEventLoop.advanceTime(by: .hours(1))
            #expect(channel.isActive)
        }
        places.take()
        // Asked meanwhile, it has five seconds from the answer.
        try channel.writeInbound(Self.head)
        channel.embeddedEventLoop.advanceTime(by: .seconds(6))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(30))
        #expect(channel.isActive)
        try answer(channel)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(4_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
        _ = try? channel.finish(acceptAlreadyClosed: true)
        #expect(!places.areScarce)
    }

    @Test("stays while events flow to somebody who watches")
    func events() throws {
        let channel = try connection()
        try channel.writeInbound(Self.head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try answer(channel, type: "text/event-stream; charset=utf-8", isWhole: false)
        channel.embeddedEventLoop.advanceTime(by: .hours(10))
        #expect(channel.isActive)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        try channel.writeInbound(Self.head)
        channel.embeddedEventLoop.advanceTime(by: .seconds(10))
        #expect(!channel.isActive)
    }

    @Test("is not ended by the time of a request that was answered long ago")
    func manyRequests() throws {
        let channel = try connection()
        for _ in 0..<100 {
            try channel.writeInbound(Self.head)
            try channel.writeInbound(HTTPRequestPart.end(nil))
            try answer(channel)
        }
        channel.embeddedEventLoop.advanceTime(by: .seconds(55))
        try channel.writeInbound(Self.head)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(9_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test("hears that it may send its body, if it asks")
    func goOn() throws {
        let channel = try connection()
        for (value, isAnswered) in [("100-continue", true), ("100-Continue", true), ("200-ok", false)] {
            let head = HTTPRequest(
                method: .post, scheme: "http", authority: "a", path: "/",
                headerFields: [.expect: value])
            try channel.writeInbound(HTTPRequestPart.head(head))
            let said = try channel.readOutbound(as: HTTPResponsePart.self)
            #expect((said == .head(HTTPResponse(status: .continue))) == isAnswered, "\(value)")
            try channel.writeInbound(HTTPRequestPart.end(nil))
            try answer(channel)
            while try channel.readOutbound(as: HTTPResponsePart.self) != nil {}
        }
    }
}
