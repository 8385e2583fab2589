import Foundation
import Sandbox
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: whenever the server dies, nobody is debited twice, nothing goes back twice, and all comes to its end.
    //
    //     shops                             the server               a YooKassa that fails, and its payers
    //     --------------------------------  -----------------------  ---------------------------------------
    //     POST /payments, key 1, 2 …       ─▶ row and bytes, POST    ─▶ answers lost, refused, cut, late
    //     capture, cancel, refund             row and bytes, POST       payers pay what is open; notices twice,
    //     POST /subscriptions                 a charge a day            out of order, never, to a dead server
    //     answers written down                SIGKILL, at whatever instant; a day goes by; started again
    //     every key once more              ─▶ what it was before
    //                                         in the end: database against YooKassa against answers
    @Suite("YooKassa on a server that is killed")
    struct YooKassaCrashes {
        @Test("debits each payment and each period once, gives back each part once, and all ends")
        func killed() async throws {
            OpenFiles.raiseLimit()
            let seed = Prove.seed("yookassa crash")
            let yookassa = YooKassaSandbox(YooKassaCrashRun.shops) { Int64(Date().timeIntervalSince1970 * 1_000) }
            let (problems, run, heard) = try await yookassa.serving(isDelivering: true) { url in
                let run = YooKassaCrashRun(yookassa: yookassa, url: url, folder: TemporaryFolder(), seed: seed)
                for round in 0..<Prove.count(12, long: 100) { try await run.round(round) }
                let heard = run.book.contents.heard.count
                return (try await run.end(), run, heard)
            }
            #expect(problems.isEmpty, "seed \(seed): \(problems.prefix(20))")
            let book = run.book.contents
            let recurring = yookassa.charges.filter { $0.metadata["subscription"] != nil }
            print(
                "yookassa crash: \(book.keys.count) payments, \(heard) heard of before the end, "
                    + "\(yookassa.charges.count) debits, \(recurring.count) of them recurring, "
                    + "\(yookassa.refunds.count) refunds, \(yookassa.callCount(.createPayment)) times POST /payments")
            // Enough of everything: else nothing was proved.
            #expect(heard < book.keys.count + book.subscriptions.count && heard > 6)
            #expect(recurring.count >= 3 && yookassa.refunds.count >= 2)
            #expect(yookassa.callCount(.createPayment) > yookassa.payments.count)
            #expect(yookassa.callCount(.capturePayment) > 2)
        }
    }
}
