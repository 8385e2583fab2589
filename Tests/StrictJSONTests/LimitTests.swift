import Foundation
import StrictJSON
import Synchronization
import Testing

@Suite("Limits")
struct LimitTests {
    @Test("nesting is allowed to 32 levels, and refused at the bracket after that")
    func limitsDepth() {
        let arrays = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
        #expect(refusal(of: arrays) == nil)
        #expect(refusal(of: "[\(arrays)]") == JSONError(code: .tooDeep, offset: 32))
        let objects = String(repeating: #"{"a":"#, count: 32) + "1" + String(repeating: "}", count: 32)
        #expect(refusal(of: objects) == nil)
        #expect(refusal(of: #"{"a":\#(objects)}"#) == JSONError(code: .tooDeep, offset: 32 * 5))
    }

    @Test("depth counts what is open, not what has been")
    func countsOpenOnly() {
        let wide = "[" + Array(repeating: #"[],{},[0],{"a":0}"#, count: 100).joined(separator: ",") + "]"
        #expect(refusal(of: wide, limits: JSONLimits(maximumDepth: 2)) == nil)
        #expect(refusal(of: wide, limits: JSONLimits(maximumDepth: 1)) == JSONError(code: .tooDeep, offset: 1))
    }

    @Test("at depth 0 a scalar is read and a container is not")
    func allowsDepthZero() {
        #expect(refusal(of: "1", limits: JSONLimits(maximumDepth: 0)) == nil)
        #expect(refusal(of: "[]", limits: JSONLimits(maximumDepth: 0)) == JSONError(code: .tooDeep, offset: 0))
        #expect(refusal(of: "{}", limits: JSONLimits(maximumDepth: -1)) == JSONError(code: .tooDeep, offset: 0))
    }

    @Test("no limit can be set that endangers the stack")
    func clampsDepth() {
        var limits = JSONLimits(maximumDepth: .max)
        #expect(limits.maximumDepth == JSONLimits.highestDepth)
        limits.maximumDepth = 1_000_000
        #expect(limits.maximumDepth == JSONLimits.highestDepth)
        let bomb = String(repeating: "[", count: 1_000_000)
        let expected = JSONError(code: .tooDeep, offset: JSONLimits.highestDepth)
        #expect(refusal(of: bomb, limits: limits) == expected)
        #expect(refusal(of: String(repeating: #"{"":"#, count: 200_000)) == JSONError(code: .tooDeep, offset: 32 * 4))
    }

    @Test("the deepest document is read, compared, hashed, written and released on a stack of 512 KiB")
    func fitsSmallStack() {
        // What macOS gives a thread by default. An overflow would end the process.
        let levels = JSONLimits.highestDepth / 2
        let document = String(repeating: #"[{"a":"#, count: levels) + "1" + String(repeating: "}]", count: levels)
        let finished = DispatchSemaphore(value: 0)
        let survived = Mutex(false)
        let thread = Thread {
            let limits = JSONLimits(maximumDepth: JSONLimits.highestDepth)
            let value = try? JSONValue(parsing: document, limits: limits)
            let again = try? JSONValue(parsing: document, limits: limits)
            let isSame = value != nil && value == again && value.hashValue == again.hashValue
            survived.withLock { $0 = isSame && value?.text == document }
            finished.signal()
        }
        thread.stackSize = 512 << 10
        thread.start()
        finished.wait()
        #expect(survived.withLock { $0 })
    }

    @Test("a document may have as many bytes as the limit says, whitespace included")
    func limitsBytes() {
        let limits = JSONLimits(maximumBytes: 5)
        #expect(refusal(of: "[1,2]", limits: limits) == nil)
        #expect(refusal(of: "[1,2] ", limits: limits) == JSONError(code: .tooLong, offset: 5))
        let text = String(repeating: "a", count: 1 << 20)
        #expect(refusal(of: "\"\(text.dropLast(2))\"") == nil)
        #expect(refusal(of: "\"\(text.dropLast(1))\"") == JSONError(code: .tooLong, offset: 1 << 20))
    }

    @Test("an object may have as many members as the limit says, an array more")
    func limitsMembers() {
        let limits = JSONLimits(maximumMembers: 2)
        #expect(refusal(of: #"{"a":1,"b":2}"#, limits: limits) == nil)
        #expect(refusal(of: #"{"a":1,"b":2,"c":3}"#, limits: limits) == JSONError(code: .tooManyMembers, offset: 13))
        #expect(refusal(of: "[1,2,3]", limits: limits) == nil)
        #expect(refusal(of: "{}", limits: JSONLimits(maximumMembers: 0)) == nil)
    }

    @Test("a key may be as long as the limit says, counted after unescaping")
    func limitsKeys() {
        let limits = JSONLimits(maximumKeyBytes: 4)
        #expect(refusal(of: #"{"abcd":1}"#, limits: limits) == nil)
        #expect(refusal(of: #"{"\u0061\u0062\u0063\u0064":1}"#, limits: limits) == nil)
        #expect(refusal(of: #"{"яя":1}"#, limits: limits) == nil)
        #expect(refusal(of: #"{"abcde":1}"#, limits: limits) == JSONError(code: .keyTooLong, offset: 1))
        #expect(refusal(of: #"{"a":{"яяя":1}}"#, limits: limits) == JSONError(code: .keyTooLong, offset: 6))
        let key = String(repeating: "k", count: 256)
        #expect(refusal(of: "{\"\(key)\":1}") == nil)
        #expect(refusal(of: "{\"\(key)k\":1}")?.code == .keyTooLong)
    }

    @Test("the check for duplicate keys is not quadratic")
    func checksLargeObjectsQuickly() throws {
        // Comparing each pair of 60,000 keys would take minutes in a debug build.
        let members = (0..<60_000).map { "\"key\($0)\":0" }.joined(separator: ",")
        let limits = JSONLimits(maximumMembers: 100_000)
        let elapsed = try ContinuousClock().measure {
            let value = try JSONValue(parsing: "{\(members)}", limits: limits)
            #expect(value.objectValue?.count == 60_000)
        }
        #expect(elapsed < .seconds(20))
        #expect(refusal(of: "{\(members),\"key777\":0}", limits: limits)?.code == .duplicateKey)
    }
}
