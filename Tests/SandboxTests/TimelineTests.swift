import Testing

@testable import Sandbox

@Suite("The timeline")
struct TimelineTests {
    private func entry(_ name: String) -> TimelineEntry { TimelineEntry(.note, name, Sentence("note_left")) }

    @Test("memory is bounded: the oldest entries are forgotten, and who asks for them is told so")
    func bounded() {
        let timeline = Timeline(entriesMaximum: 3) { 7 }
        for name in ["a", "b", "c", "d", "e"] { timeline.add(entry(name)) }
        #expect(timeline.newest(10).map(\.title) == ["e", "d", "c"])
        #expect(timeline.newest(1).first?.at == 7)
        #expect(timeline.watch(after: timeline.id(of: 2))?.missed?.map(\.title) == ["c", "d", "e"])
        #expect(timeline.watch(after: timeline.id(of: 1))?.missed == nil)
        #expect(timeline.watch(after: timeline.lastID)?.missed?.isEmpty == true)
    }

    @Test("who does not keep up is let go, and the others hear on")
    func slow() async throws {
        let timeline = Timeline(backlogMaximum: 2) { 0 }
        let slow = try #require(timeline.watch(after: nil))
        for name in ["a", "b", "c", "d"] { timeline.add(entry(name)) }
        #expect(timeline.watcherCount == 0)
        var heard: [String] = []
        for await signal in slow.signals {
            if case .entry(let entry) = signal { heard.append(entry.title) }
        }
        #expect(heard == ["a", "b"])
        for await _ in slow.dropped {}
    }

    @Test("only so many may watch, and who leaves makes room")
    func crowd() {
        let timeline = Timeline(watchersMaximum: 2) { 0 }
        var one = timeline.watch(after: nil)
        let two = timeline.watch(after: nil)
        #expect(one != nil && two != nil && timeline.watch(after: nil) == nil)
        one = nil
        #expect(timeline.watch(after: nil) != nil)
        withExtendedLifetime(two) {}
    }
}
