import NIOCore
import Testing

@testable import Server

@Suite("A request has ten seconds to arrive and sixty to be answered")
struct RequestDeadlineTests {
    /// A story a paragraph: the second, what happens, and when the connection would be closed then.
    private static let stories = """
        0 bytes 10 | 3 bytes 10 | 9 bytes 10
        0 bytes 10 | 4 head 10 | 5 bytes 10 | 9 end 69 | 12 answered never
        0 head 10 | 9 bytes 10 | 9 end 69
        0 bytes 10 | 0 head 10 | 1 end 61 | 2 part 62 | 50 part 110 | 51 answered never
        0 head 10 | 0 end 60 | 1 answered never | 500 bytes 510 | 501 head 510 | 502 end 562 | 503 answered never
        0 head 10 | 3 answered 10 | 9 bytes 10 | 9 end never
        0 head 10 | 0 end 60 | 5 head 60 | 7 bytes 60 | 9 answered 19 | 12 bytes 19 | 12 end 72 | 13 answered never
        0 head 10 | 0 end 60 | 1 head 60 | 1 end 60 | 9 answered 69 | 11 answered never
        0 head 10 | 0 end 60 | 1 head 60 | 1 end 60 | 2 head 60 | 9 answered 69 | 11 answered 21 | 12 end 72
        0 head 10 | 0 end 60 | 1 endless never | 500 part never | 600 answered never | 700 bytes 710
        0 answered never | 1 bytes 11
        """

    @Test("from its first byte to its last, whatever is answered meanwhile")
    func play() {
        for story in Self.stories.split(separator: "\n") {
            var deadline = RequestDeadline(arrival: .seconds(10), answer: .seconds(60))
            #expect(deadline.end == nil)
            for scene in story.split(separator: "|") {
                let words = scene.split(separator: " ")
                let now = Self.second(words[0])
                switch words[1] {
                case "bytes": deadline.bytesCame(at: now)
                case "head": deadline.headCame(at: now)
                case "end": deadline.requestEnded(at: now)
                case "part": deadline.responseWentOn(at: now)
                case "endless": deadline.responseIsEndless()
                default: deadline.responseEnded(at: now)
                }
                #expect(deadline.end == (words[2] == "never" ? nil : Self.second(words[2])), "\(story): \(scene)")
            }
        }
    }

    private static func second(_ text: Substring) -> NIODeadline {
        .uptimeNanoseconds(0) + .seconds(Int64(text) ?? 0)
    }
}
