import Testing

@testable import Conformance

@Suite("The pool of orders")
struct OrderPoolTests {
    private let payable = OrderNeed(count: 1, areUsedUp: false, amount: nil)
    private let used = OrderNeed(count: 1, areUsedUp: true, amount: nil)

    @Test("shares an order that stays payable only if there are too few")
    func sharing() {
        var pool = OrderPool(["a", "b", "c"], kind: .oneTime)
        #expect(pool.take(payable, later: [payable, payable, used, used]) == ["a"])
        pool.putBack(["a"], areSound: true)
        // Two are left untouched, and two will be used up.
        #expect(pool.take(payable, later: [payable, used, used]) == ["a"])
        pool.putBack(["a"], areSound: true)
        #expect(pool.take(used, later: [used]) == ["b"])
        #expect(pool.take(used, later: []) == ["c"])
        #expect(pool.take(payable, later: [used]) == ["a"])
        pool.putBack(["a"], areSound: true)
        #expect(pool.take(used, later: []) == ["a"])
        #expect(pool.missing(used, later: []) == 1)
        #expect(pool.take(used, later: []) == nil)
    }

    @Test("keeps the last order for scenarios that only borrow it")
    func keeping() {
        var pool = OrderPool(["a", "b"], kind: .oneTime)
        #expect(pool.take(used, later: [used, payable]) == ["a"])
        #expect(pool.missing(used, later: [payable]) == 1)
        #expect(pool.take(used, later: [payable]) == nil)
        #expect(pool.take(payable, later: []) == ["b"])
    }

    @Test("uses an order last after a miss")
    func unsound() {
        var pool = OrderPool(["a", "b"], kind: .oneTime)
        #expect(pool.take(payable, later: []) == ["a"])
        #expect(pool.take(payable, later: []) == ["b"])
        pool.putBack(["a"], areSound: false)
        pool.putBack(["b"], areSound: true)
        #expect(pool.take(payable, later: []) == ["b"])
    }

    @Test("never runs out of cumulative accounts, and has none without any")
    func cumulative() {
        var pool = OrderPool(["a"], kind: .cumulative)
        let three = OrderNeed(count: 3, areUsedUp: true, amount: nil)
        for _ in 0..<5 { #expect(pool.take(three, later: [three]) == ["a", "a", "a"]) }
        var empty = OrderPool([], kind: .cumulative)
        #expect(empty.take(used, later: []) == nil)
    }
}

@Suite("What is not shown")
struct RedactorTests {
    @Test("longer secrets go before their parts")
    func order() {
        let redactor = Redactor(["secret-key", "secret-key-and-more", "abc"])
        #expect(redactor("a secret-key-and-more, a secret-key, abc") == "a [secret], a [secret], abc")
    }

    @Test("a secret inside JSON is found in its escaped form")
    func escaped() {
        #expect(Redactor([#"a"b\c/d"#])(#"{"x":"a\"b\\c\/d"}"#) == #"{"x":"[secret]"}"#)
        #expect(Redactor([#"a"b\c/d"#])(#"{"x":"a\"b\\c/d"}"#) == #"{"x":"[secret]"}"#)
    }

    @Test("no wrong credentials are the right ones", arguments: ["key", "KEY", "1234", "0", "aba", "#?&%", "Ключ"])
    func wrongIsWrong(key: String) {
        let credentials = RPCCredentials(ConformanceConfiguration(url: "", key: key, amount: 1))
        let right = credentials.header(.valid)
        for variant in AuthorizationVariant.allCases where variant != .valid {
            #expect(credentials.header(variant) != right, "\(variant)")
        }
    }
}
