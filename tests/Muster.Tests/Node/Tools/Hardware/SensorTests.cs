using System.Text.Json;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Tools.Hardware;

/// <summary>Sensors of a made-up machine: a tree like sysfs.</summary>
public sealed class SensorTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    [Theory]
    [InlineData("sys/class/thermal/thermal_zone0", "temp=41500 type=cpu-thermal", "thermal/cpu-thermal", 41.5, "°C")]
    [InlineData("sys/class/hwmon/hwmon0", "name=coretemp temp2_input=-3250 temp2_label=Core?0", "hwmon/coretemp/core_0", -3.25, "°C")]
    [InlineData("sys/class/hwmon/hwmon0", "name=nct6775 fan1_input=1180 fan1_min=0", "hwmon/nct6775/fan1", 1180, "rpm")]
    [InlineData("sys/class/hwmon/hwmon0", "name=nct6775 in0_input=1104 in0_label=Vcore", "hwmon/nct6775/vcore", 1.104, "V")]
    [InlineData("sys/class/hwmon/hwmon0", "name=ina219 curr1_input=250", "hwmon/ina219/curr1", 0.25, "A")]
    [InlineData("sys/class/hwmon/hwmon0", "name=amdgpu power1_average=12500000", "hwmon/amdgpu/power1", 12.5, "W")]
    [InlineData("sys/class/hwmon/hwmon0", "name=sht3x humidity1_input=45670", "hwmon/sht3x/humidity1", 45.67, "%")]
    [InlineData("sys/bus/iio/devices/iio:device0", "name=bmp280 in_pressure_input=101.325", "iio/bmp280/pressure", 101325, "Pa")]
    [InlineData("sys/bus/iio/devices/iio:device0", "name=dht11 in_humidityrelative_input=45000", "iio/dht11/humidityrelative", 45, "%")]
    [InlineData("sys/bus/iio/devices/iio:device0", "name=ads1115 in_voltage0_raw=1600 in_voltage0_scale=2.0 in_voltage_scale=9", "iio/ads1115/voltage0", 3.2, "V")]
    [InlineData("sys/bus/iio/devices/iio:device0", "name=adc in_temp_raw=1000 in_temp_offset=-200 in_temp_scale=25", "iio/adc/temp", 20, "°C")]
    [InlineData("sys/bus/iio/devices/iio:device0", "name=mpu in_accel_x_raw=16384 in_accel_scale=0.000598", "iio/mpu/accel_x", 9.797632, "m/s²")]
    [InlineData("sys/bus/iio/devices/iio:device0", "name=mag in_magn_z_raw=400 in_magn_scale=0.001", "iio/mag/magn_z", 0.00004, "T")]
    [InlineData("sys/bus/iio/devices/iio:device0", "name=tsl in_illuminance_input=318", "iio/tsl/illuminance", 318, "lx")]
    public async Task Read_ASensor_TellsItsValueInItsUnit(string folder, string files, string name, double value, string unit)
    {
        Write(folder, files);

        var sensor = (await ReadAsync()).Single();

        sensor.GetProperty("name").GetString().ShouldBe(name);
        sensor.GetProperty("value").GetDouble().ShouldBe(value, 1e-9);
        sensor.GetProperty("unit").GetString().ShouldBe(unit);
    }

    [Fact]
    public async Task Read_TwoOfOneKind_AreToldApartByTheirDevices()
    {
        foreach (var (number, drive) in new[] { (3, "nvme1"), (5, "nvme0") })
        {
            var chip = $"sys/class/hwmon/hwmon{number}";
            Write(chip, $"name=nvme temp1_input={number}0000 temp1_label=Composite");
            Directory.CreateDirectory(Path.Combine(_root.Path, "devices", drive));
            File.CreateSymbolicLink(Path.Combine(_root.Path, chip, "device"), Path.Combine(_root.Path, "devices", drive));
        }

        (await ReadAsync()).Select(sensor => (sensor.GetProperty("name").GetString(), sensor.GetProperty("value").GetDouble()))
            .ShouldBe([("hwmon/nvme/composite@nvme0", 50), ("hwmon/nvme/composite@nvme1", 30)]);
    }

    [Fact]
    public async Task Read_OneThatFails_SaysSoBesideTheOthers()
    {
        Write("sys/class/hwmon/hwmon0", "name=chip temp1_input=nonsense temp2_input=40000 temp3_input=-128000 temp3_fault=1");

        var all = await ReadAsync();

        all.Select(sensor => sensor.TryGetProperty("value", out _)).ShouldBe([false, true, false]);
        all[0].GetProperty("problem").GetString().ShouldBe("gives no value now");
    }

    [Fact]
    public async Task Read_ByName_GivesThoseThatFitAndSuggestsTheNearest()
    {
        Write("sys/class/thermal/thermal_zone0", "temp=41500 type=cpu-thermal");
        Write("sys/class/hwmon/hwmon0", "name=chip fan1_input=900 fan2_input=800");

        (await ReadAsync("hwmon/chip/*")).Count.ShouldBe(2);
        using var bench = Bench();
        (await bench.ErrorAsync("sensor", new { action = "read", name = "thermal/cpu-termal" })).ShouldContain("Did you mean \"thermal/cpu-thermal\"?");
    }

    [Fact]
    public async Task Read_MachineWithoutSensors_SaysSo()
    {
        using var bench = Bench();

        (await bench.ErrorAsync("sensor", new { action = "list" })).ShouldContain("This machine has no sensors");
    }

    public void Dispose() => _root.Dispose();

    private ToolBench Bench() => new(options => options with { MachineRoot = _root.Path });

    private async Task<IReadOnlyList<JsonElement>> ReadAsync(string name = "*")
    {
        using var bench = Bench();
        return [.. JsonElement.Parse(await bench.TextAsync("sensor", new { action = "read", name })).GetProperty("sensors").EnumerateArray()];
    }

    private void Write(string folder, string files)
    {
        var place = Directory.CreateDirectory(Path.Combine(_root.Path, folder)).FullName;
        foreach (var file in files.Split(' ').Select(pair => pair.Split('=')))
        {
            File.WriteAllText(Path.Combine(place, file[0]), file[1].Replace('?', ' ') + "\n");
        }
    }
}
