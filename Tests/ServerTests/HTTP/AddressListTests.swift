import Testing

@testable import Server

@Suite("A list of addresses")
struct AddressListTests {
    /// The list; what is on it; what is not.
    private static let table = """
        10.0.0.1                      | 10.0.0.1 ::ffff:10.0.0.1         | 10.0.0.2 10.0.0.10 ::a00:1 ::1
        10.0.0.0/8                    | 10.0.0.0 10.255.255.255          | 9.255.255.255 11.0.0.0 10::
        192.168.1.128/25              | 192.168.1.128 192.168.1.255      | 192.168.1.127 192.168.2.128
        172.16.0.0/12                 | 172.16.0.0 172.31.255.255        | 172.15.255.255 172.32.0.0
        10.9.8.7/8                    | 10.0.0.1                         | 11.9.8.7
        1.2.3.4/32                    | 1.2.3.4                          | 1.2.3.5
        0.0.0.0/0                     | 1.2.3.4 255.255.255.255          | ::1 fe80::1
        ::1                           | ::1 0:0:0:0:0:0:0:1              | ::2 127.0.0.1
        2001:db8::/32                 | 2001:db8::1 2001:DB8:ffff::      | 2001:db9::1 2001:db7:ffff::
        2001:db8::8000/113            | 2001:db8::8000 2001:db8::ffff    | 2001:db8::7fff 2001:db8::1:8000
        ::/0                          | ::1 2001:db8::1                  | 1.2.3.4 ::ffff:1.2.3.4
        ::ffff:10.0.0.1               | 10.0.0.1 ::ffff:a00:1            | 10.0.0.2
        10.0.0.1, 10.0.0.3,::1        | 10.0.0.1 10.0.0.3 ::1            | 10.0.0.2
        """

    @Test("holds what is on it, and nothing else")
    func contains() throws {
        for row in rows(Self.table) {
            let list = try #require(AddressList(row[0]), "\(row[0])")
            for address in row[1].split(separator: " ") {
                #expect(list.contains(String(address)), "\(row[0]) holds \(address)")
            }
            for address in row[2].split(separator: " ") {
                #expect(!list.contains(String(address)), "\(row[0]) does not hold \(address)")
            }
        }
    }

    @Test(
        "is refused if a part of it is no address",
        arguments: [
            "", " ", ",", "10.0.0.1,", ",10.0.0.1", "10.0.0", "10.0.0.256", "10.0.0.1.1", "010.0.0.1", "0x0a.0.0.1",
            "167772161", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/ 8", "10.0.0.0/+8",
            "10.0.0.0/08", "10.0.0.0/8.0", "::1/129", ":::1", "fe80::1%eth0", "[::1]", "10.0.0.1:80", "localhost",
            "10.0.0.1 10.0.0.2", "10.0.0.1;10.0.0.2", "::ffff:10.0.0.0/104", "any",
        ])
    func refused(text: String) {
        #expect(AddressList(text) == nil)
    }

    @Test("holds nothing that is no address")
    func junk() throws {
        let list = try #require(AddressList("0.0.0.0/0, ::/0"))
        for text in ["", " ", "unknown", "10.0.0.1:80", "[::1]", "10.0.0.1 ", "_hidden", "::1%lo", "1.2.3"] {
            #expect(!list.contains(text), "\(text)")
        }
        #expect(!([] as AddressList).contains("10.0.0.1"))
        #expect(([] as AddressList).isEmpty)
    }
}
